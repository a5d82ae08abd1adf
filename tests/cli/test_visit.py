"""The commands of a visitor, on a real server."""

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from phosphene.__main__ import main
from phosphene.cli.visit import show
from phosphene.cli.watch import CAME_TO_NOTHING, status_of, words
from phosphene.events import ClipFailed, ClipFinished, ClipProgress, ClipRemoved, Event
from phosphene.model import Clip, Person, Position, Status
from phosphene.schemas import LikeView
from phosphene.social.protocol import Happened, Snapshot, Subscribed
from tests.support import Instance, instance

CLIP = Clip(
    id="a", author=Person("p", "anna"), text="a fox", seconds=5, status="live", created_at=1
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("data"), painted=True) as running:
        yield running


@pytest.fixture
def visit(
    server: Instance, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> "Visit":
    monkeypatch.setenv("PHOSPHENE_SERVER", server.url)
    monkeypatch.delenv("PHOSPHENE_TOKEN", raising=False)
    return Visit(capsys)


class Visit:
    """Runs a command as a person does: the exit status, the lines on stdout and on stderr."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, list[str], str]:
        status = main(arguments)
        said = self._capsys.readouterr()
        return status, said.out.splitlines(), said.err


def test_a_clip_is_asked_for_watched_and_saved(visit: Visit, tmp_path: Path) -> None:
    status, (clip,), note = visit("create", "a red disc", "--seconds", "1")
    assert status == 0
    assert "PHOSPHENE_TOKEN=1." in note
    file = tmp_path / "disc.mp4"
    status, lines, _ = visit("watch", clip, "--json", "--save", str(file))
    assert status == 0
    told = [json.loads(line) for line in lines]
    assert told[0]["type"] == "subscribed"
    last = told[-1]["snapshot"] if len(told) == 1 else told[-1]["event"]
    assert last["clip"]["status"] == "done"
    assert file.read_bytes()[4:8] == b"ftyp"


def test_who_has_a_token_is_the_same_person_again(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (me,), note = visit("me", "--json")
    assert not note
    token, person = json.loads(me)["token"], json.loads(me)["person"]["id"]
    _, (clip,), note = visit("create", "a disc", "--token", token, "--key", "one of mine")
    assert not note
    monkeypatch.setenv("PHOSPHENE_TOKEN", token)
    assert visit("create", "a disc", "--key", "one of mine") == (0, [clip], "")
    _, (said,), _ = visit("like", clip, "--json")
    assert msgspec.json.decode(said, type=LikeView).counts.likes == 1
    assert visit("like", clip) == (0, ["1 like"], "")
    assert visit("like", clip, "--undo") == (0, ["0 likes"], "")
    _, (said,), _ = visit("comment", clip, "hello there", "--json")
    assert json.loads(said)["author"]["id"] == person
    assert visit("watch", clip, "--on", "--save", "x.mp4")[0] == 1


def test_the_feed_is_listed(visit: Visit) -> None:
    made = [visit("create", f"a disc {number}", "--seconds", "1")[1][0] for number in range(2)]
    for clip in made:
        assert visit("watch", clip)[0] == 0
    status, lines, _ = visit("feed", "--latest", "--limit", "2", "--json")
    assert status == 0
    assert [json.loads(line)["id"] for line in lines] == made[::-1]
    _, lines, _ = visit("feed", "--latest", "--limit", "1")
    assert lines[0].startswith(made[1])
    assert lines[0].endswith("a disc 1")
    assert len(visit("feed", "--limit", "1")[1]) == 1


def test_what_went_wrong_is_one_line_and_status_1(visit: Visit) -> None:
    for arguments in (("like", "nothing"), ("comment", "nothing", "hi"), ("watch", "nothing")):
        status, lines, error = visit(*arguments)
        assert (status, lines) == (1, [])
        assert "phosphene: " in error.splitlines()[-1]
    status, _, error = visit("feed", "--server", "localhost")
    assert (status, error) == (
        1, "phosphene: 'localhost' is no address of a server, such as http://127.0.0.1:8000\n"
    )  # fmt: skip


def ended(status: Status) -> Clip:
    return msgspec.structs.replace(CLIP, status=status)


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (ClipProgress("a", 1, 2, 1, 1, 50.0, 0.5, 1.0), None),
        (ClipFinished(ended("done")), 0),
        (ClipFailed(ended("failed")), CAME_TO_NOTHING),
        (ClipFailed(ended("cancelled")), CAME_TO_NOTHING),
        (ClipRemoved("a"), CAME_TO_NOTHING),
        (ClipRemoved("b", 3), None),  # a remix of it
    ],
)
def test_watching_ends_with_the_clip(event: Event, status: int | None) -> None:
    told = Happened("clip:a", 3, event)
    assert status_of(told) == status
    assert words(told)


@pytest.mark.parametrize(("status", "code"), [("live", None), ("done", 0), ("failed", 3)])
def test_a_clip_that_has_ended_ends_it_at_once(status: Status, code: int | None) -> None:
    begun = Subscribed(
        topic="clip:a",
        at=Position("e", 1),
        recovered=False,
        snapshot=Snapshot(clip=ended(status)),
    )
    assert status_of(begun) == code
    assert words(begun) == f"{status}: a fox"


def test_words_of_others_move_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    show(CLIP, "a \x1b[2J fox", Namespace(json=False))
    assert capsys.readouterr().out == "a \N{REPLACEMENT CHARACTER}[2J fox\n"


@pytest.mark.parametrize("words", ["می\u200cروم", "👩\u200d🚀"])
def test_words_of_others_keep_their_joiners(capsys: pytest.CaptureFixture[str], words: str) -> None:
    show(CLIP, words, Namespace(json=False))
    assert capsys.readouterr().out == words + "\n"


def test_clips_are_found_by_words(visit: Visit) -> None:
    status, (clip,), _ = visit("create", "a quokka on a hill", "--seconds", "1")
    assert status == 0
    visit("watch", clip)
    status, lines, _ = visit("search", "QUOK", "hills", "--json", "--newest")
    assert [json.loads(line)["id"] for line in lines] == []
    status, lines, _ = visit("search", "hills", "QUOK", "--json", "--newest")
    assert (status, [json.loads(line)["id"] for line in lines]) == (0, [clip])
    assert visit("search", "quokka", "--people")[:2] == (0, [])
