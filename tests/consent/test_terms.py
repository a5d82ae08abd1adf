"""The decision whether a likeness may be used, against a second way to say it."""

from itertools import product

from msgspec.structs import replace

from phosphene.consent.terms import (
    LikenessTerms,
    Scope,
    UsageRules,
    UseStanding,
    UseVerdict,
    UseWords,
    decide_together,
    decide_use,
    is_wider,
)

NOW = 1_790_000_000.0
SCOPES: tuple[Scope, ...] = ("me", "approved", "mutuals", "everyone")
LENT = UseStanding(
    owner="ada", user="bob", level="presence", grant=3, terms=LikenessTerms(scope="everyone")
)
PLAIN = UseWords()


def answer(standing: UseStanding, words: UseWords = PLAIN) -> tuple[str, str]:
    verdict = decide_use(standing, words, NOW)
    return verdict.answer, verdict.why


def test_what_is_lent_to_everyone_is_a_yes_that_names_its_grant() -> None:
    assert decide_use(LENT, PLAIN, NOW) == UseVerdict("yes", "granted", 3)


def test_nothing_is_lent_before_somebody_was_checked_and_has_chosen() -> None:
    for nothing in (
        replace(LENT, level="none"),
        replace(LENT, grant=0),
        replace(LENT, owner_minor=True),
        UseStanding(owner="ada", user="ada"),
    ):
        assert answer(nothing) == ("no", "not_lent")


def test_scopes_are_as_wide_as_they_say() -> None:
    for scope, approved, mutual in product(SCOPES, (False, True), (False, True)):
        one = replace(LENT, terms=LikenessTerms(scope=scope), approved=approved, mutual=mutual)
        within = {
            "me": False,
            "approved": approved,
            "mutuals": approved or mutual,
            "everyone": True,
        }[scope]
        assert answer(one) == (("yes", "granted") if within else ("no", "scope"))
        assert answer(replace(one, user="ada")) == ("yes", "own")


def test_no_scope_helps_who_is_shut_out_blocked_or_a_minor() -> None:
    assert answer(replace(LENT, barred=True)) == ("no", "barred")
    assert answer(replace(LENT, blocked=True)) == ("no", "barred")
    assert answer(replace(LENT, user_minor=True)) == ("no", "minor")
    assert answer(replace(LENT, withdrawn=True)) == ("no", "withdrawn")
    # Of one's own clip too: what is taken back is not drawn on.
    assert answer(replace(LENT, user="ada", withdrawn=True)) == ("no", "withdrawn")


def test_a_permission_ends_at_its_time() -> None:
    for until, said in ((NOW, "no"), (NOW - 1, "no"), (NOW + 0.001, "yes")):
        terms = LikenessTerms(scope="everyone", until=until)
        assert answer(replace(LENT, terms=terms))[0] == said


def test_categories_and_words_are_never_allowed() -> None:
    rules = UsageRules(categories=("politics",), words=("rival team", "beer"))
    ruled = replace(LENT, terms=LikenessTerms(scope="everyone", rules=rules))
    assert answer(ruled, UseWords(("politics",))) == ("no", "rule")
    assert answer(ruled, UseWords((), (" a cold beer ",))) == ("no", "rule")
    assert answer(ruled, UseWords((), (" my rival team wins ", "x"))) == ("no", "rule")
    assert answer(ruled, UseWords(("violence",), (" beers for a rival of the team ",)))[0] == "yes"


def test_who_is_asked_each_time_says_yes_to_one_use() -> None:
    asks = replace(LENT, terms=LikenessTerms(scope="everyone", ask_each=True))
    assert answer(asks) == ("ask", "asked")
    assert answer(replace(asks, answer=True)) == ("yes", "answered")
    assert answer(replace(asks, answer=False)) == ("no", "answered")
    # A yes to a use widens no scope.
    outside = LikenessTerms(scope="approved", ask_each=True)
    assert answer(replace(asks, terms=outside, answer=True)) == ("no", "scope")


def test_one_no_of_several_is_a_no_and_one_ask_waits() -> None:
    yes, ask, no = (UseVerdict(one, "granted") for one in ("yes", "ask", "no"))
    assert decide_together(()) == "yes"
    assert decide_together((yes, yes)) == "yes"
    assert decide_together((yes, ask)) == "ask"
    assert decide_together((ask, no, yes)) == "no"


def test_every_standing_is_decided_as_a_plain_list_of_reasons_says() -> None:
    """All 3,072 of them: a yes has no reason against it."""
    flags = ("approved", "barred", "mutual", "blocked", "user_minor", "withdrawn", "owner_minor")
    ways = list(product((False, True), repeat=len(flags)))
    for scope, each, said in product(SCOPES, (False, True), (None, True, False)):
        terms = LikenessTerms(scope=scope, ask_each=each)
        asked = {True: "yes", False: "no", None: "ask"}[said] if each else "yes"
        for values in ways:
            on = dict(zip(flags, values, strict=True))
            one = UseStanding(
                owner="ada",
                user="bob",
                level="verified",
                grant=1,
                terms=terms,
                answer=said,
                drawn_from="card",
                portrait=0,
                **on,
            )
            inside = scope == "everyone" or (scope != "me" and on["approved"])
            inside = inside or (scope == "mutuals" and on["mutual"])
            against = [name for name in flags if on[name] and name not in {"approved", "mutual"}]
            may = inside and not against
            assert decide_use(one, PLAIN, NOW).answer == (asked if may else "no")


def test_a_portrait_is_drawn_only_from_one_that_a_verified_owner_agreed_to() -> None:
    asked = replace(LENT, level="verified", drawn_from="portrait", portrait=7)
    assert decide_use(asked, PLAIN, NOW) == UseVerdict("yes", "granted", 3, 7)
    assert decide_use(replace(asked, user="ada"), PLAIN, NOW) == UseVerdict("yes", "own", 3, 7)
    for less in (replace(asked, portrait=0), replace(asked, level="presence")):
        for user in ("ada", "bob"):
            assert answer(replace(less, user=user)) == ("no", "no_portrait")
    # It is a condition more, and never a yes by itself.
    assert answer(replace(asked, barred=True)) == ("no", "barred")
    assert answer(replace(asked, grant=0)) == ("no", "not_lent")
    each = replace(asked, terms=LikenessTerms(scope="everyone", ask_each=True))
    assert answer(each) == ("ask", "asked")
    # By their card nobody's portrait is asked for.
    assert decide_use(replace(asked, drawn_from="card"), PLAIN, NOW).portrait == 0


def test_terms_are_wider_where_they_allow_anything_more() -> None:
    rules = UsageRules(("political",), ("a clown",))
    before = LikenessTerms(scope="approved", rules=rules, ask_each=True, until=NOW)
    assert not is_wider(before, before)
    for wider in (
        replace(before, scope="mutuals"),
        replace(before, rules=replace(rules, words=())),
        replace(before, rules=replace(rules, categories=("alcohol",))),
        replace(before, ask_each=False),
        replace(before, until=None),
        replace(before, until=NOW + 1),
        # Narrower in one thing makes up for nothing.
        replace(before, scope="me", ask_each=False),
    ):
        assert is_wider(wider, before), wider
    more = replace(rules, words=("a clown", "a fool"))
    for narrower in (
        replace(before, scope="me"),
        replace(before, rules=more),
        replace(before, until=NOW - 1),
    ):
        assert not is_wider(narrower, before), narrower
