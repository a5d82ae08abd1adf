"""How every query of the store is answered: from an index, in order. What SQLite chooses without
statistics is the same for however many rows; with those of 50,000 `make soak` asks it."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import FunctionType, ModuleType
from typing import Any

import pytest
from msgspec.structs import replace

from phosphene.api_keys import NewApiKey
from phosphene.consent.card import Card
from phosphene.consent.ledger import LevelChecked, UseRefused
from phosphene.consent.request import UseRequest
from phosphene.consent.terms import LikenessTerms
from phosphene.events import ClipFailed, ClipFinished
from phosphene.model import FeedWish, Person
from phosphene.notifications import QuietHours
from phosphene.refusal_appeals import NewRefusalAnswer, RefusalClaims
from phosphene.refusal_totals import CountedRefusal
from phosphene.reports import AppealAnswer, Decider, Decision, NewDecision, NewReport
from phosphene.rights import NewHolder, NewRight, RightDecision
from phosphene.schemas import Webhook
from phosphene.store import (
    accounts,
    act_weight,
    api_keys,
    appeals,
    blob_moves,
    clip_rows,
    comment_rows,
    comments,
    decision_rows,
    decisions,
    deeds,
    desk_notices,
    desk_rules,
    desk_statistics,
    enrolments,
    event_log,
    families,
    fast_lane,
    fingerprints,
    hidden_people,
    identities,
    imports,
    inbox,
    leases,
    leaving,
    library,
    likeness_asks,
    likeness_ledger,
    likeness_matches,
    likeness_portrait_store,
    likeness_portraits,
    likeness_standing,
    likeness_totals,
    likeness_uses,
    likeness_withdrawal,
    likenesses,
    logins,
    minors,
    moderation_totals,
    operator_deeds,
    people,
    profiles,
    pushes,
    reactions,
    reads,
    redaction,
    references,
    refusal_appeals,
    refusal_counts,
    relations,
    removal,
    repeats,
    report_closing,
    reports,
    retention,
    rights,
    roles,
    search,
    subjects,
    viewings,
    watch_limits,
    webhook_queue,
    webhooks,
    wishes,
    withheld_comments,
    withholding,
    writes,
)
from phosphene.store.blob_moves import BlobMove
from phosphene.store.connection import SqlConnection
from phosphene.store.documents import SearchTerm
from phosphene.store.imports import ImportedRecipe
from phosphene.store.likeness_withdrawal import withdraw_leaver
from phosphene.store.moderation_store import _act, _overturn, _take_back
from phosphene.store.orphans import StoredCheckpoint
from phosphene.store.profiles import ProfileWords
from phosphene.store.refusal_appeals import KeptRefusal
from phosphene.store.rows import clip_body
from phosphene.store.schema import SqliteConnection, check_release, migrate
from phosphene.store.store import Ages, Expiring, Reservation
from phosphene.store.watch_limits import Sent
from tests.breadth import BREADTH
from tests.store.earlier.make import a_recipe
from tests.store.making import BEN, NOON, a_clip, a_comment

pytestmark = pytest.mark.slow

ROWS = 2_000
AGES = Ages(events=0, events_s=9, views_s=9, failed_s=9, births_s=9, latents_s=9)
MODULES = (
    *(
        accounts,
        blob_moves,
        comments,
        event_log,
        fingerprints,
        leases,
        logins,
        people,
        reads,
        redaction,
    ),
    references,
    refusal_counts,
    desk_statistics,
    *(
        library,
        removal,
        retention,
        search,
        act_weight,
        writes,
        reports,
        decisions,
        roles,
        withholding,
    ),
    *(
        report_closing,
        subjects,
        leaving,
        identities,
        pushes,
        appeals,
        viewings,
        decision_rows,
        desk_notices,
        watch_limits,
        wishes,
        reactions,
        deeds,
        minors,
        imports,
        enrolments,
        clip_rows,
        comment_rows,
        withheld_comments,
    ),
    *(likenesses, likeness_asks, likeness_ledger, likeness_standing, likeness_totals),
    likeness_matches,
    likeness_uses,
    likeness_withdrawal,
    likeness_portraits,
    webhooks,
    webhook_queue,
    api_keys,
    desk_rules,
    refusal_appeals,
)
TOKEN = Decider(None, "operator")
PASSKEY = accounts.Passkey(
    id="new", person="p8", domain="d", key="", count=0, name="", created_at=NOON, used_at=NOON
)
LIMITS = watch_limits.KeptLimits(limits=watch_limits.WatchLimits(pause_after=1))
BODY_AUTHOR = a_clip("c7").author.id
HIDDEN = library.ClipChange(visibility="private", license="CC0-1.0")
SHOWN = library.ClipChange(visibility="public")
DUE_WEBHOOK = webhooks.DueWebhook(
    number=7,
    webhook="h7",
    url="",
    secret="",
    kind="clip.finished",
    clip="c7",
    about="",
    begun_at=NOON,
    attempts=0,
)
SUBSCRIPTION = pushes.PushSubscription(
    id="new",
    person="p7",
    login="new",
    endpoint="https://push.example/x",
    p256dh="",
    auth="",
    language="en",
    created_at=NOON,
    told_at=0.0,
)
IDENTITY = identities.LinkedIdentity(
    issuer="https://id.example",
    subject="me",
    person="p8",
    id="identity",
    created_at=NOON,
    used_at=NOON,
)
PORTRAIT = likeness_portraits.KeptPortrait(sealed=b"", at=NOON, until=NOON, agreed=1)
TEMPLATE = enrolments.FaceTemplate(
    person="p7", purposes=("guard",), sealed=b"", at=NOON, until=NOON + 1
)
LOGIN = logins.Login("new", "p8", NOON, NOON, 0.0, "")

ALLOWED = (
    r"SEARCH .*",
    r"SCAN json_each VIRTUAL TABLE INDEX 1:",
    r"(LIST|(CORRELATED )?SCALAR) SUBQUERY \d+",
    r"CO-ROUTINE (c|free)$",
    # Of a page that is full already; of two numbers, of which the greater one is free.
    r"SCAN (c|free)$",
    r"MERGE \(UNION ALL\)|LEFT|RIGHT|COMPOUND QUERY|UNION ALL|SCAN CONSTANT ROW",
    # Of these tables only up to the limit.
    r"SCAN (c|clips) USING (COVERING )?INDEX clips_(public|unindexed|unsearched|unnoticed|kept)",
    r"SCAN people USING (COVERING )?INDEX people_unsearched",
    r"SCAN c USING INDEX held_by_time",
    # What is held and nobody has looked at: up to the limit.
    r"SCAN (d|decisions) USING (COVERING )?INDEX decisions_(held|family)",
    # Of documents that fit, in order of their places.
    r"SCAN search_index VIRTUAL TABLE INDEX \d+:.*M1",
    r"SCAN (r|reports) USING (COVERING )?INDEX reports_(open|queue)",
    # Of what has the same time to the last microsecond, and of one removed clip's events.
    r"USE TEMP B-TREE FOR (LAST TERM OF ORDER BY|RIGHT PART OF ORDER BY|DISTINCT)",
)
"""What a plan may say."""

SORTED = {
    # Clips on their way: a few.
    "WHERE status IN ('queued', 'live') ORDER BY": r"USE TEMP B-TREE FOR ORDER BY",
    "WHERE c.status IN ('queued', 'live') AND": r"USE TEMP B-TREE FOR ORDER BY",
    "SELECT clip FROM leftovers LIMIT 1": r"SCAN leftovers",
    "SELECT person FROM leavings LIMIT ?": r"SCAN leavings",
    # What is being taken back at this moment.
    "FROM likeness_withdrawals LIMIT 1": r"SCAN likeness_withdrawals",
    "SELECT latents FROM checkpoints": r"SCAN checkpoints",
    # One row.
    "SELECT blob FROM learner_snapshots": r"SCAN learner_snapshots",
    # Clips that wait to be signed anew: those of the last removals.
    "FROM redactions WHERE EXISTS": r"SCAN redactions",
    # A person's own: a few. Of the domains there are as many as the site had names.
    "FROM passkeys WHERE person = ?": r"USE TEMP B-TREE FOR ORDER BY",
    "FROM logins AS l WHERE person = ?": r"USE TEMP B-TREE FOR ORDER BY",
    "SELECT DISTINCT domain": r"SCAN passkeys USING COVERING INDEX passkeys_by_domain",
    # What waits for an operator: a few.
    "FROM face_matches AS m": r"SCAN m|USE TEMP B-TREE FOR ORDER BY",
    # All of them, every ten minutes.
    "SELECT person FROM face_templates": r"SCAN face_templates",
    "SELECT person FROM likeness_portraits": r"SCAN likeness_portraits",
    # Twenty at most.
    "FROM webhooks": r"SCAN webhooks",
    # A hundred, and those that were revoked.
    "FROM api_keys AS k": r"SCAN k",
    "FROM api_keys WHERE revoked_at": r"SCAN api_keys",
    # The last one, or the first few.
    "FROM operator_deeds ORDER BY seq": r"SCAN operator_deeds",
    "FROM rights_log ORDER BY seq": r"SCAN rights_log",
    # Of a year, for who asks how much there was; a few kinds.
    "GROUP BY": r"USE TEMP B-TREE FOR (GROUP BY|ORDER BY)",
    # All that is live, when something has changed; what was said against one entry.
    "WHERE r.state IN ('asks', 'confirmed') LIMIT": r"SCAN r",
    "FROM right_contests WHERE entry": r"USE TEMP B-TREE FOR ORDER BY",
    # A few people.
    "SELECT person FROM roles WHERE role IN": r"SCAN roles",
    # Decisions of what is one person's; appeals up to the limit.
    "WHERE d.author = ?": r"USE TEMP B-TREE FOR ORDER BY",
    "FROM refusal_appeals AS a": (
        r"SCAN a USING INDEX refusal_appeals_by_time|USE TEMP B-TREE FOR ORDER BY"
    ),
    # Of one rule, once for each answer; what the desk changed, 2,000 that hold at most.
    "DISTINCT person) FROM refusal_appeals": r"USE TEMP B-TREE",
    "FROM desk_rules": r"SCAN (d$|desk_rules$|desk_rules USING INDEX desk_rules_live)",
    # What the desk and the operators did, which is little, once for each who leaves.
    "UPDATE desk_rules SET": r"SCAN desk_rules",
    "UPDATE operator_deeds SET": r"SCAN operator_deeds",
    "FROM appeals AS a": r"SCAN a USING INDEX appeals_(open|by_time)",
    "FROM roles AS r": r"SCAN r|USE TEMP B-TREE FOR ORDER BY",
    # A bounded part of the log, or of what earlier releases wrote.
    "SELECT topic, max(seq) FROM events WHERE id > ? AND id <= ?": r"USE TEMP B-TREE FOR GROUP BY",
    "SELECT clip, person FROM views LIMIT ?": r"SCAN views",
    # Words that begin alike, and the few that somebody looks for.
    "FROM search_terms WHERE term": r"USE TEMP B-TREE FOR ORDER BY",
    # Up to the limit: who asks only whether there are so many.
    "SELECT 1 FROM search_index_idx LIMIT 1 OFFSET ?": r"SCAN search_index_idx",
}
"""Statements that may sort what they found."""


class Explained(SqliteConnection):
    """Notes the plan of each statement before it runs."""

    plans: dict[str, list[str]]

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if re.match(r"SELECT|INSERT|UPDATE|DELETE|WITH", sql):
            rows = super().execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
            self.plans[sql] = [row[3] for row in rows]
        return super().execute(sql, parameters)


@pytest.fixture(scope="module")
def database() -> Iterator[Explained]:
    with filled(ROWS) as cx:
        yield cx


@contextmanager
def filled(rows: int) -> Iterator[Explained]:
    """A database with so many rows of each kind."""
    connection = sqlite3.connect(":memory:", factory=Explained, isolation_level=None)
    connection.plans = {}
    with closing(connection) as cx:
        migrate(cx)
        fill(cx, rows)
        yield cx


def fill(cx: SqliteConnection, rows: int) -> None:
    """Clips of a thousand people, and of each clip a comment, a like, a view, an event, a blob."""
    body = clip_body(a_clip("c7", status="done"))
    counting = f"WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
    for into in (
        "people (id, handle, searched) SELECT 'p' || i, 'h' || i, 1",
        "search_terms (term, tag, clips) SELECT 't' || i, '', 9",
        "clips (id, instance, author, status, created_at, root, visibility, body, indexed,"
        " searched) SELECT 'c' || i, 'one', 'p' || (i % 1000),"
        " CASE WHEN i % 50 THEN 'done' ELSE 'failed' END, i, 'c' || (i / 3),"
        " CASE WHEN i % 9 THEN 'public' ELSE 'private' END, :body, 1, 1",
        "comments (id, clip, author, handle, text, created_at)"
        " SELECT 'k' || i, 'c' || i, 'p1', 'h1', 'oh', i",
        "likes (clip, person) SELECT 'c' || i, 'p1'",
        "views (clip, person) SELECT 'c' || i, 'p1'",
        "answers (key, answer, kept_at) SELECT 'a' || i, x'00', i",
        "events (topic, seq, event, mentions) SELECT 'clip:c' || i, 1, x'00', ''",
        "viewings (clip, person, at) SELECT 'c' || i, 'p' || (2 + i % 500), i",
        "event_marks (at, event) SELECT i, i",
        "blob_references (blob, clip) SELECT 'b' || i, 'c' || i",
        "passkeys (id, person, domain, key, count, name, created_at, used_at)"
        " SELECT 'k' || i, 'p' || i, 'd', '', 0, '', i, i",
        "logins (digest, id, person, begun_at, seen_at, confirmed_at, agent)"
        " SELECT 'l' || i, 'l' || i, 'p' || i, i, i, i, ''",
        "reports (id, reporter, kind, subject, clip, author, reason, words, at, state, decision)"
        " SELECT 'r' || i, 'p' || i, 'clip', 'c' || (i / 3), 'c' || (i / 3), 'p1', 'spam', '', i,"
        " CASE WHEN i % 50 THEN 'decided' ELSE 'open' END,"
        " CASE WHEN i % 50 THEN 'd' || i ELSE '' END",
        "decisions (id, kind, subject, clip, author, action, reason, note, decided_by, at, final)"
        " SELECT 'd' || i, 'clip', 'c' || i, 'c' || i, 'p' || (1 + i % 100),"
        " CASE WHEN i % 50 THEN 'dismiss' ELSE 'remove' END, 'spam', '', 'p2', i, 0",
        "appeals (decision, kind, subject, clip, author, words, at, state)"
        " SELECT CASE WHEN i = 100 THEN 'none' ELSE 'd' || i END, 'clip', 'c' || i, 'c' || i,"
        " 'p1', '', i,"
        " CASE WHEN i % 50 OR i = 100 THEN 'upheld' ELSE 'open' END",
        "withheld_comments (id, clip, author, handle, text, created_at, likes, replies, decision)"
        " SELECT 'w' || i, 'c' || i, 'p1', 'h1', 'oh', i, 0, 0, 'd' || i",
        "right_holders (person, name, domain, token, method, at)"
        " SELECT 'p' || i, 'n', 'd' || i, '', '', i",
        "rights (id, holder, body, state, conflicts, at, note) SELECT 'e' || i, 'p' || i,"
        ' \'{"kind":"character","name":"zorb"}\','
        " CASE WHEN i % 50 THEN 'rejected' ELSE 'asks' END, '[]', i, ''",
        "right_keys (key, entry) SELECT 'k' || i, 'e' || i",
        "right_contests (entry, person, words, at) SELECT 'e' || i, 'p' || i, '', i",
        "refusal_counts (day, layer, language, outcome, count)"
        " SELECT 'd' || i, 'words', 'en', 'refused', i",
        "right_counts (entry, day, outcome, count) SELECT 'e' || i, 'd' || i, 'refused', i",
        "rights_log (seq, at, deed, entry, name, kind, domain, mode)"
        " SELECT i, i, 'registered', 'e' || i, 'zorb', 'character', 'd', 'ask'",
        "refusal_appeals (id, person, digest, text, parent, language, words, rule, layer, stage,"
        " version, severe, matched, refused_at, at, state, again, note, answered_by, answered_at,"
        " pass_until, pass_uses)"
        " SELECT 'f' || i, 'p' || i, 'g' || i, 'text', '', 'en', '', 'rule' || (i % 50), 'words',"
        " 'prompt', '7', 0, '[]', i, i, CASE WHEN i % 50 THEN 'once' ELSE 'open' END, 0, '',"
        " CASE WHEN i % 50 THEN 'p1' END, CASE WHEN i % 50 THEN i END, 2e9, 1",
        "desk_rules (seq, at, kind, rule, layer, phrase, made_by, undone_at) SELECT i, i, 'phrase',"
        " 'rule' || i, 'words', 'zorb', '', CASE WHEN i % 50 THEN i END",
        "cleared_views (digest, clip, at) SELECT 'v' || i, 'c' || i, i",
        "reactions (id, person, clip, kind, watched_ms, served, at)"
        " SELECT i, 'p' || i, 'c' || i, 'watch', 1, 1, i",
        "wishes (id, person, polarity, said, traits, made_at, until)"
        " SELECT 'w' || i, 'p' || i, 'more', '', '[]', i, i",
        "feed_choices (person, feed_order, personal) SELECT 'p' || i, 'latest', 1",
        "watched_clips (person, clip) SELECT 'p' || i, 'c' || i",
        "roles (person, role, given_by, given_at) SELECT 'p' || i, 'moderator', '', i",
        "push_subscriptions (id, person, login, endpoint, p256dh, auth, language, created_at,"
        " told_at, due_at) SELECT 's' || i, 'p' || i, 'l' || i, '', '', '', '', i, i,"
        " CASE WHEN i % 50 THEN NULL ELSE i END",
        "api_keys (id, person, name, scopes, requests_per_day, clips_per_day, created_at)"
        " SELECT 'l' || i, 'p' || i, '', '', 1, 1, i",
        "webhooks (id, url, signing_key, kinds, created_at)"
        " SELECT 'h' || i, '', '', ' clip.finished ', i",
        "webhook_deliveries (webhook, kind, clip, about, due_at)"
        " SELECT 'h' || i, 'clip.finished', 'c' || i, '', CASE WHEN i % 50 THEN NULL ELSE i END",
        "push_strangers (person, actor, at) SELECT 'p' || i, 'p1', i",
        "likenesses (owner, level, checked_by, checked_at) SELECT 'x' || i, 'presence', '', i",
        "likeness_people (owner, person, allowed, at) SELECT 'x' || i, 'y' || i, 1, i",
        "likeness_asks (id, owner, person, purpose, text, at, state)"
        f" SELECT 'a' || i, 'p' || i, 'p8', 'x', '', {NOON}, 'open'",
        "likeness_uses (clip, owner, person, via, at, grant_seq, ask, reading)"
        " SELECT 'c' || (i + 100), 'x' || i, 'y' || i, 'prompt', i, 1, '', '{}'",
        "likeness_ledger (owner, seq, at, fact, person, previous, digest, attempts)"
        " SELECT 'x' || i, 1, i, '', 'y' || i, '', '', CASE WHEN i % 9 THEN NULL ELSE 1 END",
        "likeness_matches (clip, owner, at) SELECT 'w' || i, 'x' || i, i",
        "likeness_totals (month, deed, count, seconds) SELECT 'm' || i, 'used', 1, 1",
        "withholdings (clip, reason, at) SELECT 'w' || i, 'consent', i",
        "accounts (person, created_at) SELECT 'p' || i, i",
        "presence_tries (person, at) SELECT 'p' || i, i",
        "likeness_portraits (person, sealed, at, until, agreed_seq) SELECT 'p' || i, '', i, i, 1",
        "face_templates (person, purposes, sealed, at, until) SELECT 'p' || i, '[]', '', i, i",
    ):
        cx.execute(
            f"INSERT INTO {into} FROM n".replace("INSERT", f"{counting} INSERT"), {"body": body}
        )
    cx.execute("DELETE FROM webhooks WHERE created_at > 9")
    cx.execute("DELETE FROM api_keys WHERE created_at > 9")


ZORB = NewRight(kind="character", name="Zorbleflux")
INTIMATE = NewReport("clip", "c9", "intimate", good_faith=True)
RECIPE = a_recipe(a_clip("c8"))
HELD = Decision(
    id="d7",
    kind="clip",
    subject="c8",
    author=BEN,
    action="hold",
    reason="spam",
    by=None,
    at=NOON,
    final=False,
)
ONCE_WRONG = NewRefusalAnswer(outcome="once")
UNSURE = NewRefusalAnswer(outcome="unsure")
KEPT_REFUSAL = KeptRefusal(
    claims=RefusalClaims(
        id="new",
        at=9,
        digest="g8",
        rule="rule7",
        layer="words",
        stage="prompt",
        version="7",
        severe=False,
        score=None,
        threshold=None,
        matched=(),
    ),
    text="a zorb",
    parent="",
    language="en",
    words="",
    matched=("zorb",),
)
MODERATION: list[tuple[ModuleType, str, tuple[Any, ...]]] = [
    (subjects, "find_subject", ("comment", "k8")),
    (subjects, "find_subject", ("person", "p8")),
    (reports, "add_report", (NewReport("clip", "c10", "spam"), BEN, NOON)),
    (fast_lane, "is_to_be_hidden", (INTIMATE, "p7")),
    (fast_lane, "is_hidden", ("c9",)),
    (repeats, "count_decided", ("p7", NOON)),
    (repeats, "count_unfounded", ("p7", NOON)),
    (reports, "receipt", ("r7", "p7")),
    (reports, "receipts", ("p7",)),
    (reports, "cases", ()),
    (subjects, "open_reports", ("clip", "c10")),
    (subjects, "answer_reports", ("k8",)),
    (report_closing, "close_clip", ("c11",)),
    (report_closing, "close_comment", ("k8",)),
    (roles, "role_of", ("p7",)),
    (roles, "may_another_decide", ("p7", "p8")),
    (roles, "give_role", (Person("p8", "h8"), "moderator", "", NOON)),
    (roles, "take_role", ("p8", "", NOON)),
    (roles, "role_holders", (200,)),
    (decisions, "decide", (NewDecision("clip", "c7", "hide"), TOKEN, NOON, _act)),
    (decisions, "decide", (NewDecision("comment", "k10", "hide"), TOKEN, NOON, _act)),
    (decisions, "decide", (NewDecision("person", "p10", "suspend"), TOKEN, NOON, _act)),
    (decision_rows, "get_decision", ("d7",)),
    (families, "hold_some", ("d7", NOON, withholding.withhold_clip)),
    (families, "hold_on", (NOON, withholding.withhold_clip)),
    (families, "held_clips", ()),
    (decision_rows, "held_by", ("d7",)),
    (families, "forbid_recipe", (replace(a_clip("c8"), recipe=RECIPE), "d7")),
    (families, "is_forbidden", (RECIPE,)),
    (families, "allow_recipe", ("d7",)),
    (families, "end_hold", ("c8", "p1", NOON)),
    (families, "is_held_once_more", (HELD,)),
    (operator_deeds, "note_deed", ("p1", "deed", "clip c8", NOON)),
    (operator_deeds, "read_deeds", (ROWS, 20)),
    (operator_deeds, "forget_deeds", (NOON, 20)),
    (roles, "is_flagger", ("p7",)),
    (decisions, "page", ("epoch", 20, None)),
    (comment_rows, "need_comment", ("k14",)),
    (logins, "is_suspended", ("p10",)),
    (logins, "need_active", ("p11",)),
    (withholding, "release_clip", ("c7",)),
    (withholding, "withhold_clip", ("c7",)),
    (withholding, "release_clip", ("c7",)),
    (comments, "withhold_comment", ("c12", "k12", "d12")),
    (withheld_comments, "release_comments", ("d12",)),
    (comments, "withhold_comment", ("c12", "k12", "d12")),
    (withheld_comments, "forget_withheld", ("d12", NOON)),
    (comments, "forget_comments", ("c13", ["k13"], NOON)),
    (leaving, "begin_leaving", ("p900", NOON)),
    (leaving, "unfinished_clips", ("p900",)),
    *((leaving, "leave_some", ("p900", NOON, withdraw_leaver)) for _ in range(3)),
    (leaving, "forget_leavers", (AGES, NOON, withdraw_leaver)),
    (leaving, "forget_departed", (NOON,)),
    (leaving, "comments_of", ("p1", "", 20)),
    (desk_notices, "notify_deciders", ("reported", ["p7"], NOON)),
    (report_closing, "close_withheld_comment", ("w8",)),
    (appeals, "add_appeal", ("d100", Person("p1", "h1"), "why", 200.0)),
    (appeals, "own_decisions", ("p1", NOON)),
    (appeals, "open_appeals", ()),
    (appeals, "answered_appeals", ()),
    (appeals, "answer_appeal", ("d50", AppealAnswer("upheld"), TOKEN, NOON, _overturn)),
    (decisions, "undo", ("d8", TOKEN, NOON, _take_back)),
    (decisions, "finish_due", (NOON, 50)),
    (refusal_counts, "count_refusal", (CountedRefusal("rights", "en", "asked", "e7"), NOON)),
    (refusal_counts, "refusal_totals", (NOON,)),
    (refusal_counts, "refusal_days", (30, NOON)),
    (refusal_counts, "right_days", ("e7", 30, NOON)),
    (desk_statistics, "desk_statistics", (float(ROWS),)),
    (rights, "keep_holder", ("p7", NewHolder("Zorb", "zorb.example"), "token", NOON)),
    (rights, "get_holder", ("p7",)),
    (rights, "prove_holder", ("p7", "token", "file", NOON)),
    (rights, "add_rights", ("p7", [(ZORB, (), frozenset({"zorb"}))], NOON)),
    (rights, "taken_keys", (["zorb"], "p8")),
    (rights, "get_right", ("e7",)),
    (rights, "own_rights", ("p7",)),
    (rights, "rights_in", ("waits",)),
    (rights, "live_rights", ()),
    (rights, "log_version", ()),
    (rights, "decide_right", ("e7", RightDecision("confirmed"), TOKEN, NOON)),
    (rights, "contest_right", ("e50", "p9", "why", NOON)),
    (rights, "contests_of", ("e7",)),
    (rights, "withdraw_right", ("e9", "p9", NOON)),
    (rights, "read_log", (ROWS, 20)),
    (refusal_appeals, "add_refusal_appeal", (Person("p7", "h7"), KEPT_REFUSAL, NOON)),
    (refusal_appeals, "own_refusal_appeals", ("p7", NOON)),
    (refusal_appeals, "own_refusal_appeal", ("f7", "p7", NOON)),
    (refusal_appeals, "get_refusal_appeal", ("f7", NOON)),
    (refusal_appeals, "open_refusal_appeals", (NOON,)),
    (refusal_appeals, "answered_refusal_appeals", (NOON,)),
    (refusal_appeals, "count_open", ()),
    (refusal_appeals, "find_passes", ("p7", "g7", NOON)),
    (refusal_appeals, "spend_passes", (["f7"], NOON)),
    (refusal_appeals, "answer_refusal_appeal", ("f50", ONCE_WRONG, TOKEN, NOON)),
    (refusal_appeals, "answer_refusal_appeal", ("f100", UNSURE, TOKEN, NOON)),
    (refusal_appeals, "ask_again", ("f100", Person("p100", "h100"), "why", NOON)),
    (refusal_appeals, "refusal_appeal_totals", (NOON,)),
    (refusal_appeals, "forget_refusal_appeals", (NOON, 50)),
    (desk_rules, "add_desk_rule", ("ask", "rule7", "words", "", "", NOON, "")),
    (desk_rules, "undo_desk_rule", (100, TOKEN, NOON)),
    (desk_rules, "list_desk_rules", ()),
    (desk_rules, "desk_rules_version", ()),
    (desk_rules, "live_desk_rules", ()),
    (desk_rules, "looks_at", ("rule7", "words")),
    (moderation_totals, "moderation_totals", (float(ROWS),)),
    (decisions, "end_suspensions", (NOON, 50)),
    (decisions, "forget_old", (NOON, 50)),
]
PEOPLE: list[tuple[ModuleType, str, tuple[Any, ...]]] = [
    (relations, "set_relation", ("p7", "follow", "p8", True, NOON)),
    (relations, "set_relation", ("p7", "block", "p9", True, NOON)),
    (relations, "get_relationship", ("p7", "p8")),
    (hidden_people, "hidden_from", ("p7",)),
    (relations, "following", ("p7", "follow", 20)),
    (relations, "followers", ("p8", 20)),
    (relations, "count", ("p8",)),
    (relations, "find_person", ("h7",)),
    (profiles, "set_words", ("p7", ProfileWords("hello"))),
    (profiles, "words_of", ("p7",)),
    (profiles, "tally", ("p7",)),
    (profiles, "liked_by", ("epoch", "p7", 20, None)),
    (profiles, "clips_of_followed", ("epoch", "p7", 20, None)),
    (inbox, "notify", ("p7", "liked", BEN, NOON, relations.STRANGERS)),
    (inbox, "withdraw", ("p7", "liked", BEN, NOON, relations.STRANGERS)),
    (inbox, "page", ("epoch", "p7", 20, None)),
    (inbox, "set_kinds_off", ("p7", ["liked"])),
    (inbox, "mark_seen", ("p7", NOON)),
    (relations, "need_contact", ("p7", "p8", relations.STRANGERS)),
    (relations, "may_contact", ("p7", "p8", relations.STRANGERS)),
    (imports, "claim_archive", ("p7", "p-elsewhere", NOON)),
    (imports, "imported_as", ("p7", "c-elsewhere")),
    (imports, "add_film", (a_clip("film"), "c-elsewhere", search.index_clip)),
    (imports, "add_recipe", ("p7", ImportedRecipe("r", "a fox", 3, 7, NOON))),
    (imports, "imported_recipes", ("p7",)),
    (imports, "drop_recipe", ("p7", "r")),
    (minors, "mark_minor", ("p7", "self", NOON)),
    (relations, "is_minor", ("p7",)),
    (minors, "may_use_likeness", ("p7", "p8")),
    (minors, "unmark_minor", ("p7",)),
    (minors, "protect_all", (False,)),
    (enrolments, "take_try", ("p7", NOON)),
    (enrolments, "return_try", ("p7",)),
    (enrolments, "keep_template", (TEMPLATE,)),
    (enrolments, "get_template", ("p7", NOON)),
    (enrolments, "get_standing", ("p7", NOON)),
    (enrolments, "guarded_templates", ("p8", NOON)),
    (enrolments, "ended_templates", (NOON,)),
    (enrolments, "drop_template", ("p7",)),
    (enrolments, "face_owners", ()),
    (likeness_portraits, "get_portrait", ("p7", 0.0)),
    (likeness_portraits, "agreed_entry", ("p7", 0.0)),
    (likeness_portraits, "has_portrait", ("p7",)),
    (likeness_portraits, "put_portrait", ("p7", PORTRAIT)),
    (likeness_portraits, "ended_portraits", (NOON,)),
    (likeness_portraits, "drop_portrait", ("p7",)),
    (likeness_portrait_store, "may_keep", ("p7",)),
    (enrolments, "add_match", ("p7", "p8", NOON)),
    (enrolments, "list_matches", ()),
    (enrolments, "settle_match", ("p7",)),
    (enrolments, "note_verified", ("p7", "digest", "The Office", NOON)),
    (enrolments, "get_verified", ("p7",)),
    (enrolments, "drop_match", ("p7",)),
    (reactions, "add_reaction", ("p7", "c7", "watch", 5, True, NOON)),
    (reactions, "reactions_after", (7, 20)),
    (reactions, "reactions_of", ("p7", 7)),
    (reactions, "reactions_since", ("p7", 7)),
    (reactions, "mark_cleared", ("p7", NOON)),
    (reactions, "count_shown", ("c7", "p7", NOON, NOON + 9)),
    (reactions, "rejected_by", ("p7",)),
    (reactions, "is_personal", ("p7",)),
    (reactions, "count_others", ("c7", "p7", 3)),
    (reactions, "count_joining", ("c7", "c8", "p7", 3)),
    (reactions, "count_going_on", ("c7", "c8", "p7", 3)),
    (wishes, "get_standing", ("p7", NOON)),
    (wishes, "list_wishes", ("p7", NOON)),
    (wishes, "add_wishes", ("p7", (FeedWish("w", "none", "", ("feeling:scary",), NOON),))),
    (wishes, "drop_wish", ("p7", "w7")),
    (wishes, "get_choices", ("p7",)),
    (wishes, "change_choices", ("p7", "latest", None)),
    (deeds, "note_deed", ("p7", "c8", "comment", NOON)),
    (reactions, "take_back", ("p7", "c8", "share")),
    (deeds, "note_follow", ("p7", BODY_AUTHOR, NOON)),
    (deeds, "note_follow", ("nobody", BODY_AUTHOR, NOON)),
    (deeds, "drop_follow", ("p7", BODY_AUTHOR)),
    (deeds, "drop_comment", ("p7", "c8")),
    (deeds, "drop_remix", ("p7", "c8")),
    (webhook_queue, "put_message", ("clip.finished", "c7")),
    (webhook_queue, "put_for", ("h7", "clip.finished", "c7")),
    (webhooks, "add_webhook", (Webhook(id="new", url="", events=(), created_at=NOON), "")),
    (webhooks, "webhooks", ()),
    (webhooks, "deliveries", ("h7", 20)),
    (webhooks, "put_test", ("h7", "webhook.test")),
    (webhooks, "next_due", ([],)),
    (webhooks, "take_due", (NOON, 20, {})),
    (webhooks, "postpone_delivery", (DUE_WEBHOOK, 500, "", NOON)),
    (webhooks, "settle_delivery", (DUE_WEBHOOK, 200, "", True)),
    (webhooks, "end_webhook", ("h7", NOON)),
    (webhooks, "remove_webhook", ("h7",)),
    (api_keys, "add_key", ("new", "new", NewApiKey(name="x", account="bot"), NOON)),
    (api_keys, "api_keys", (NOON,)),
    (api_keys, "take_quota", ("l7", "clips", NOON)),
    (api_keys, "give_clip_back", ("l7", NOON)),
    (api_keys, "revoke_key", ("l7", NOON)),
    (watch_limits, "change_limits", ("p7", lambda kept: LIMITS, NOON)),
    (watch_limits, "kept_limits", ("p7", NOON)),
    (watch_limits, "get_limits", ("p7", lambda *_: "today", NOON)),
    (watch_limits, "list_limited", (["p7", "p8"],)),
    (watch_limits, "add_sent", ({"p7": Sent(9.0, {"c7"})}, lambda *_: "today", NOON)),
    (watch_limits, "extend_time", ("p7", lambda *_: "today", NOON, NOON)),
    (inbox, "unread_since", ("p7", NOON, 20)),
    (pushes, "subscribe_browser", (SUBSCRIPTION,)),
    (pushes, "subscriptions", ("p7",)),
    (inbox, "notify", ("p7", "followed", BEN, NOON, relations.STRANGERS)),
    (pushes, "next_due", ()),
    (pushes, "take_due", (NOON, 20)),
    (pushes, "postpone_push", (SUBSCRIPTION, NOON, True)),
    (pushes, "settle_push", (SUBSCRIPTION, NOON, NOON)),
    (pushes, "set_quiet_hours", ("p7", QuietHours("22:00", "07:00", "UTC"), NOON)),
    (pushes, "unsubscribe_browser", ("p7", "new")),
]


REFUSED = UseRefused("y9", "prompt", "scope")
ASKING = UseRequest(by=Person("p8", "h8"), via="remix", handles=("h7",), parent="c8", purpose="why")
CARD = Card(skin="tan", hair="red", length="long", figure="man")
LIKENESSES: list[tuple[ModuleType, str, tuple[Any, ...]]] = [
    (accounts, "keep_passkey", (Person("p7", "h7"), replace(PASSKEY, id="p7", person="p7"), [], 9)),
    (likenesses, "set_level", ("p7", "presence", "camera", NOON)),
    (likenesses, "grant_terms", ("p7", CARD, LikenessTerms(scope="everyone"), NOON)),
    (likenesses, "set_person", ("p7", "p8", True, NOON)),
    (likenesses, "set_person", ("p7", "p8", None, NOON)),
    (likenesses, "list_people", ("p7",)),
    (likeness_standing, "get_likeness", ("p7",)),
    (likeness_uses, "review_use", (ASKING, NOON)),
    (likeness_asks, "open_ask", ("p7", ASKING, NOON)),
    (likeness_asks, "answer_ask", ("p7", "a7", True, NOON)),
    (likeness_asks, "list_asks", ("p7",)),
    (likeness_uses, "note_refusals", (ASKING, NOON)),
    (likeness_uses, "add_uses", (a_clip("c8"), replace(ASKING, parent=""), NOON)),
    (likeness_uses, "add_steering", ("c8", ASKING, NOON)),
    (likeness_standing, "check_clip", ("c8", NOON)),
    (likeness_standing, "need_uses", ("none", NOON)),
    (likeness_standing, "is_withdrawn", ("c7",)),
    (likeness_standing, "is_owner_in", ("c8", "p7")),
    (likeness_standing, "owners_in", ("c8",)),
    (likeness_standing, "use_ask", ("a9",)),
    (likeness_standing, "get_standing", ("p7", "p8", NOON)),
    (likeness_uses, "list_uses", ("p7", NOON + 1)),
    (likeness_ledger, "add_entry", ("p7", LevelChecked("presence", "camera"), NOON)),
    (likeness_ledger, "add_refusal", ("x9", REFUSED, NOON, "y9")),
    (likeness_ledger, "entry_hash", ("p7", 1)),
    (likeness_totals, "count_deed", ("used", NOON)),
    (likeness_matches, "add_face", ("p7", "p8", NOON)),
    (likeness_matches, "hold_clip", ("c9", "x9", NOON)),
    (likeness_matches, "list_held", ()),
    (likeness_matches, "settle_clip", ("c9", True, NOON)),
    (enrolments, "findable_templates", (NOON,)),
    (likeness_totals, "list_totals", (NOON,)),
    (likenesses, "is_shut_out", ("p7", "p8")),
    (likeness_ledger, "read_ledger", ("p7",)),
    (likeness_withdrawal, "begin_withdrawal", ("p7", "clip", "c8", NOON)),
    (likeness_withdrawal, "begin_withdrawal", ("p7", "person", "p8", NOON)),
    (likeness_withdrawal, "begin_withdrawal", ("p7", "portrait", "", NOON)),
    (likeness_withdrawal, "begin_withdrawal", ("p7", "everything", "", NOON)),
    (likeness_withdrawal, "withdraw_some", ("p7", "everything", "", ["c8"], NOON)),
    (likeness_withdrawal, "resume_withdrawal", (NOON,)),
    (likeness_withdrawal, "finish_withdrawals", (AGES, NOON)),
    (likeness_withdrawal, "withdraw_leaver", ("p7", NOON)),
    (likeness_withdrawal, "affected", ("p7", "person", "p8")),
    (likeness_withdrawal, "due_clips", (NOON, 20)),
    (likeness_asks, "withdraw_asks", ("p7", "p8")),
    (likenesses, "revoke_terms", ("p7",)),
    (likeness_ledger, "forget_owner", ("p7",)),
    (likeness_ledger, "forget_person", ("p8",)),
    (inbox, "notify_likeness", ("p7", "likeness_refused", BEN, NOON)),
]


def every_call(cx: SqlConnection) -> Iterator[str]:
    """Calls all functions of the store that speak to the database; their names."""
    new, live = a_clip("new", parent="c7", created_at=NOON), a_clip("new", status="live")
    failed, comment = a_clip("new", status="failed"), a_comment("k", "c7")
    calls: list[tuple[ModuleType, str, tuple[Any, ...]]] = [
        (reads, "clip", ("c7",)),
        (reads, "clips", ("epoch", "", 20, None)),
        (reads, "clips", ("epoch", "p7", 20, None)),
        (reads, "candidates", (500,)),
        (reads, "unfinished", ()),
        (reads, "lineage", ("c7", "p7")),
        (reads, "check_seen", ("c7", "p7")),
        (reads, "sees", ("c7", "p7")),
        (reads, "counts", (["c7", "c8"],)),
        (reads, "liked", ("p1", ["c7", "c8"])),
        (reads, "comment", ("k7",)),
        (reads, "comments", ("epoch", "c7", "p7", 20, None)),
        (people, "find_person", ("p7",)),
        (people, "set_handle", (BEN,)),
        (people, "set_handle", (replace(BEN, handle="ben_two"),)),
        (people, "find_by_any_handle", ("ben",)),
        (people, "find_by_id", ("p7",)),
        (people, "find_by_name", ("~p7",)),
        (accounts, "keep_passkey", (Person("p8", "h8"), PASSKEY, ["digest"], 2)),
        (accounts, "keep_passkey", (Person("p8", "h8"), replace(PASSKEY, id="newer"), [], 9)),
        (accounts, "has_account", ("p8",)),
        (accounts, "find_passkey", ("new",)),
        (accounts, "passkeys", ("p8",)),
        (accounts, "note_use", ("new", 1, NOON)),
        (accounts, "remove_passkey", ("p8", "newer")),
        (accounts, "domains", ()),
        (identities, "link_identity", (Person("p8", "h8"), IDENTITY, False)),
        (identities, "find_identity", ("https://id.example", "me")),
        (identities, "list_identities", ("p8",)),
        (identities, "note_identity_use", ("identity", NOON)),
        (identities, "unlink_identity", ("p8", "identity")),
        (accounts, "set_recovery_codes", ("p8", ["digest"])),
        (accounts, "count_recovery_codes", ("p8",)),
        (accounts, "use_recovery_code", ("h8", "digest")),
        (logins, "begin", ("digest", LOGIN)),
        (logins, "adopt", ("other", replace(LOGIN, id="other", person="p9"), NOON)),
        (logins, "find", ("digest", NOON)),
        *((logins, name, ("new", NOON)) for name in ("note_seen", "confirm")),
        (logins, "open_logins", ("p8", NOON)),
        (logins, "end", ("p8", ["new"], NOON)),
        (logins, "ended_among", (["new"], NOON)),
        (reads, "recall", ("a7", NOON)),
        (reads, "top", ("epoch", "clip:c7")),
        (event_log, "events_everywhere", (ROWS + 1, 500)),
        (event_log, "newest", ()),
        (reads, "topic_state", ("epoch", "clip:c7", "p7", 20)),
        *MODERATION,
        (writes, "touch", ()),
        (writes, "add_clip", (new, "one", NOON, None)),
        (writes, "change_clip", (live, ClipFinished(live), "one", 1, NOON)),
        (leases, "set_checkpoint", ("new", "one", 1, StoredCheckpoint(2, "latents"))),
        (leases, "renew", ("one", NOON)),
        (leases, "orphans", (NOON,)),
        (leases, "take_over", ("new", "two", NOON, NOON)),
        (leases, "release", ("clip:new", "two", 2, NOON)),
        (writes, "change_clip", (failed, ClipFailed(failed), "", 2, NOON)),
        (library, "change_terms", ("new", BODY_AUTHOR, HIDDEN, NOON)),
        (library, "change_terms", ("new", BODY_AUTHOR, SHOWN, NOON)),
        (library, "set_saved", ("c8", "p7", True, NOON)),
        (library, "is_saved", ("c8", "p7")),
        *((library, "kept_clips", ("epoch", "p7", which, 20, None)) for which in library.PLACES),
        (library, "remixes", ("epoch", "c7", "p7", 20, None)),
        (library, "set_saved", ("c8", "p7", False, NOON)),
        (writes, "like", ("c7", BEN, True, NOON)),
        (writes, "like", ("c7", BEN, False, NOON)),
        (comments, "post_comment", (comment,)),
        (comments, "add_comment", (comment,)),
        (comments, "add_comment", (replace(comment, id="k-answer", parent="k"),)),
        (comments, "add_comment", (replace(comment, id="k-held"), "hate")),
        (comments, "edit_comment", ("c7", "k", BEN, "ah", NOON)),
        (comments, "like_comment", ("c7", "k", BEN, True)),
        (comments, "pin_comment", ("c7", "k", "p7", True)),
        (comments, "decide_held", ("k-held", True, NOON)),
        (reads, "replies", ("epoch", "c7", "k", "p7", 20, None)),
        (reads, "held_comments", (200,)),
        (comments, "remove_comment", ("c7", "k", BEN.id, NOON)),
        (writes, "add_view", ("c7", "p7", NOON)),
        (viewings, "clear_history", ("p2", "c9", NOON)),
        (viewings, "clear_history", ("p2", None, NOON)),
        (viewings, "recall_cleared", ("c9", "p2")),
        (viewings, "leave_out", ("c9", "p2", NOON)),
        (act_weight, "add_watched", ({BEN.id: 30.0, "p7": 30.0}, {BEN.id: 99.0, "p7": 99.0}, NOON)),
        (act_weight, "weigh", ("likes", "c7", BEN.id, 1)),
        (act_weight, "has_standing", (BEN.id,)),
        (writes, "once", (Reservation("p1:key", b"new"), NOON, event_log.newest)),
        (writes, "remember", ("key", b"answer", NOON)),
        (event_log, "events", ("clip:new", 0, 500)),
        *((retention, step.__name__, (AGES, ROWS / 2)) for step in retention.STEPS),
        (retention, "clips_of", ("p7",)),
        (retention, "going_next", (500,)),
        (retention, "set_expiry", ([Expiring("c7", 9, NOON), Expiring("c8", 9, NOON)],)),
        (retention, "expiring", ()),
        (retention, "spare", (["c8"],)),
        (retention, "remove_expired", (["c7", "c8"], NOON)),
        (references, "without_owner", (["b7", "none"],)),
        (references, "note_moves", (["b7", "none"],)),
        (blob_moves, "list_moves", (30,)),
        (blob_moves, "audience_of_blob", ("b7",)),
        (blob_moves, "finish_moves", ([BlobMove("b7", 1, None)],)),
        (fingerprints, "add_fingerprint", ("new", 7, bytes(32))),
        (fingerprints, "forget_fingerprint", ("none",)),
        (fingerprints, "list_marked", (7,)),
        (fingerprints, "list_fingerprints", ("c7", 500)),
        (fingerprints, "find_clip_of_blob", ("b7",)),
        (redaction, "next_redaction", ()),
        *((reads, name, ("new",)) for name in ("parent_of", "root_of")),
        (references, "borrowed_latents", ("new",)),
        (redaction, "finish_redaction", (failed, replace(failed, parent="hidden-x"))),
        (redaction, "drop_redaction", ("new",)),
        (search, "index_clip", (replace(live, text="owls"),)),
        (search, "index_clip", (live,)),
        (search, "index_person", ("p7",)),
        (search, "find_clips", (((SearchTerm("red"), SearchTerm("ball")),), ["p7"], 2**52, 20)),
        (search, "find_people", (((SearchTerm("@h7"),),), ["p8"])),
        (search, "meanings", (["red", "ball"],)),
        (search, "suggest", ("re", 9)),
        (search, "endings", ("re", 9)),
        (search, "forget", ("p7",)),
        (search, "forget_gone", ()),
        (removal, "remove_clip", ("new",)),
        *PEOPLE,
        *LIKENESSES,
    ]
    for module, name, arguments in calls:
        getattr(module, name)(cx, *arguments)
        yield name
    check_release(cx, 1000)


def test_every_query_is_answered_from_an_index(database: Explained) -> None:
    database.plans = {}
    database.execute("BEGIN")
    called = set(every_call(database))
    database.execute("ROLLBACK")
    plans = database.plans.items()
    assert {sql: bad for sql, plan in plans if (bad := not_allowed(sql, plan))} == {}
    assert called >= {name for module in MODULES for name in asked(module)}


@BREADTH
def test_with_statistics_of_many_rows_it_is_so_too() -> None:
    with filled(50_000) as database:
        database.execute("ANALYZE")
        test_every_query_is_answered_from_an_index(database)


def test_a_like_changes_one_index_of_clips_at_most(database: Explained) -> None:
    database.plans = {}
    database.execute("BEGIN")
    writes.like(database, "c7", BEN, True, NOON)
    database.execute("ROLLBACK")
    (bumping,) = [sql for sql in database.plans if sql.startswith("UPDATE clips")]
    program = database.execute(f"EXPLAIN {bumping}", (1, "c7")).fetchall()
    written = {row[2] for row in program if row[1] == "OpenWrite"}
    assert [row[1] for row in program if row[2] in written].count("IdxInsert") == 1
    # One for what is returned, none for lists of statuses in the conditions of indexes.
    assert [row[1] for row in program].count("OpenEphemeral") == 1


def not_allowed(sql: str, plan: list[str]) -> list[str]:
    allowed = [*ALLOWED, *(rule for part, rule in SORTED.items() if part in sql)]
    return [line for line in plan if not any(re.match(rule, line) for rule in allowed)]


INNER = {
    "insert_clip",
    *("insert_comment", "hold_comment", "is_there", "bury_comment"),
    *("copy_withheld", "drop_own_withheld"),
    *("record", "named", "bound", "bump", "borrow", "index", "claim", "check", "end", "checkpoint"),
    *("redact_children", "unneeded", "let_go", "index_some", "release", "indexed", "unreferenced"),
    *("is_found", "erase_some"),
    *(
        "need_right",
        "drop_withheld",
        "forget_elsewhere",
        "tell_parent",
        "suspend_person",
        "end_suspension",
    ),
    *("take_away", "count_reply", "without", "events_about", "retell_event"),
}
"""Functions that the others call."""


def asked(module: ModuleType) -> list[str]:
    own = (one for one in vars(module).values() if isinstance(one, FunctionType))
    names = (
        one.__name__
        for one in own
        if one.__module__ == module.__name__ and one.__code__.co_varnames[:1] == ("cx",)
    )
    return [name for name in names if name not in INNER and not name.startswith("_")]


def test_what_is_taken_back_is_found_without_going_through_all_uses(database: Explained) -> None:
    """For each clip of a person the uses of its owner were gone through, whoever's they are."""
    database.plans = {}
    likeness_withdrawal.affected(database, "x9", "person", "y9")
    assert database.plans
    for sql, plan in database.plans.items():
        assert "likeness_uses_by_owner" not in " ".join(plan), sql


@pytest.mark.parametrize("analyzed", [False, True])
def test_what_one_did_with_a_clip_is_found_without_going_through_all_who_had_it(
    database: Explained, analyzed: bool
) -> None:
    if analyzed:
        database.execute("ANALYZE")
    database.plans = {}
    database.execute("BEGIN")
    deeds.note_deed(database, "p7", "c7", "like", NOON)
    deeds.note_follow(database, "p7", "p1", NOON)
    deeds.drop_follow(database, "p7", "p1")
    reactions.take_back(database, "p7", "c7", "like")
    viewings.clear_history(database, "p7", "c7", NOON)
    for count in (reactions.count_joining, reactions.count_going_on):
        count(database, "c7", "c8", "p7", 3)
    database.execute("ROLLBACK")
    found = {sql: " ".join(plan) for sql, plan in database.plans.items() if "person = " in sql}
    assert found
    for sql, plan in found.items():
        # What two clips are counted of begins at one of them.
        own = plan.replace("SEARCH r USING INDEX reactions_by_clip", "", "EXISTS" in sql)
        assert "reactions_by_clip" not in own, sql


def test_what_was_not_seen_is_counted_without_what_was(database: Explained) -> None:
    database.plans = {}
    inbox.count_unread(database, "p7")
    ((plan,),) = database.plans.values()
    assert "INDEX notices_unseen" in plan
