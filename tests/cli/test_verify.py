"""Clips drawn again from their recipes: the same, nearly the same, and not the same.

What draws here is the painter. That the embedded model draws the same again to the bit, remixes
and steered clips too, is shown in tests/render/worker/embedded, and the command verifies a clip of
it in tests/flows/test_embedded.py.
"""

import hashlib
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import pytest_asyncio

from phosphene.cli.clip_source import Exhibit, find, video_url
from phosphene.cli.drawing import Artist, open_artist
from phosphene.cli.kept_films import folder_reader
from phosphene.cli.similarity import hearing, likeness
from phosphene.cli.verify import (
    COARSE_S,
    SOUNDS,
    examine,
    judge,
    need_no_portrait,
    why_unheard,
)
from phosphene.consent.card import Card
from phosphene.consent.request import UseRequest
from phosphene.consent.terms import LikenessTerms
from phosphene.errors import BadInput
from phosphene.model import Conditions, Look, Person, Recipe, Steer, Tune
from phosphene.mux import mp4 as muxed
from phosphene.mux import timed_packets
from phosphene.render.dispatch.recipe import finished_recipe, order_again
from phosphene.render.worker.renderer import Sound
from phosphene.render.worker.sound import opus_packets
from phosphene.settings import Settings
from phosphene.trust.signing import Signer
from tests.cli.test_commands import phosphene
from tests.soak.consent_attempts import a_clip, enrol
from tests.store.making import a_store
from tests.stream.viewer import encode
from tests.trust.test_signing import CLIP, mp4

ID = "01m83w6xsa2cqynf7000"
HERE = Conditions(device="cpu", dtype="float32")
RECIPE = Recipe(
    model="theatre",
    fingerprint="ab12",
    text="a red fox",
    seed=7,
    seconds=1,
    width=64,
    height=64,
    fps=24,
    steps=2,
    latents="1" * 64,
    alone=True,
    conditions=HERE,
)
KEPT = Exhibit(name="a.mp4", video=b"", recipes=(RECIPE,), signature="trusted")


@pytest.mark.parametrize(
    ("exhibit", "kept", "drawn", "alike", "result", "why"),
    [
        ({}, {}, {}, [1.0] * 24, "identical", "to the bit"),
        ({}, {}, {}, [1.0] * 23 + [0.9], "different", "0.900"),
        ({}, {}, {}, [1.0] * 23, "different", "23 of 24"),
        ({}, {}, {}, [], "different", "0 of 24"),
        ({"signature": "invalid"}, {}, {}, [1.0] * 24, "different", "changed"),
        ({"whole": False}, {}, {}, [1.0] * 24, "different", "changed"),
        ({"signature": "missing"}, {}, {}, [1.0] * 24, "identical", "to the bit"),
        ({}, {}, {"latents": "2" * 64}, [0.97] * 24, "alike", "same conditions"),
        ({}, {"alone": False}, {"latents": "2" * 64}, [0.97] * 24, "alike", "not drawn alone"),
        ({}, {"latents": None}, {}, [0.97] * 24, "alike", "does not say"),
        ({}, {"origin": "3" * 64}, {"latents": "2"}, [0.97] * 24, "alike", "parent"),
        (
            {},
            {"conditions": Conditions(dtype="bfloat16")},
            {"latents": "2" * 64},
            [0.97] * 24,
            "alike",
            "other conditions",
        ),
    ],
)
def test_the_verdict(
    exhibit: dict[str, Any],
    kept: dict[str, Any],
    drawn: dict[str, Any],
    alike: list[float],
    result: str,
    why: str,
) -> None:
    recipe = msgspec.structs.replace(RECIPE, **kept)
    shown = msgspec.structs.replace(KEPT, recipes=(recipe,), **exhibit)
    report = judge(shown, msgspec.structs.replace(RECIPE, **drawn), alike, 0.95)
    assert report.result == result
    assert why in report.why


@pytest.mark.parametrize(
    ("address", "url"),
    [
        (f"https://a.example/?clip={ID}", f"https://a.example/v1/clips/{ID}/video.mp4"),
        (f"http://a:8000/v1/clips/{ID}", f"http://a:8000/v1/clips/{ID}/video.mp4"),
        (f"http://a/v1/clips/{ID}/video.mp4", f"http://a/v1/clips/{ID}/video.mp4"),
        (f"http://a/embed/{ID}?token=t", f"http://a/v1/clips/{ID}/video.mp4?token=t"),
    ],
)
def test_a_clip_is_known_by_any_of_its_addresses(address: str, url: str) -> None:
    assert video_url(address) == url


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing", "no id"),
        (ID, "no data folder"),
        ("http://127.0.0.1:1/", "names no clip"),
        (f"http://127.0.0.1:1/?clip={ID}", "cannot be fetched"),
        ("clip.mp4", "--recipe"),
    ],
)
def test_what_cannot_be_found_is_said(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"no video")
    name = str(tmp_path / name) if name.endswith(".mp4") else name
    with pytest.raises(BadInput, match=said):
        find(name, tmp_path, None)


def test_a_recipe_is_read_alone_or_within_what_was_said_of_a_clip(tmp_path: Path) -> None:
    video, file = tmp_path / "clip.mp4", tmp_path / "recipe.json"
    video.write_bytes(b"no video")
    for said in (RECIPE, {"recipe": RECIPE}, {"clip": {"recipe": RECIPE}, "liked": True}):
        file.write_bytes(msgspec.json.encode(said))
        assert find(str(video), tmp_path, file).recipes == (RECIPE,)
    file.write_text("{}")
    with pytest.raises(BadInput, match="holds no recipe"):
        find(str(video), tmp_path, file)


LOOK = Look(
    owner="ada",
    card=msgspec.to_builtins(Card(skin="tan", hair="red", length="long", figure="woman")),
    grant="5" * 64,
    level="presence",
    checked_by="camera",
    checked_at=1.0,
)


@pytest.mark.parametrize(
    "change",
    [
        {"seconds": 10**9},
        {"steps": 0},
        {"seed": -1},
        {"strength": 0.0},
        {"kept": 1},
        {"looks": (LOOK,) * 6},
        {"looks": (msgspec.structs.replace(LOOK, card={}),)},
        {"looks": (msgspec.structs.replace(LOOK, card=LOOK.card | {"skin": "green"}),)},
    ],
)
def test_a_recipe_that_no_clip_can_have_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    video, file = tmp_path / "clip.mp4", tmp_path / "recipe.json"
    video.write_bytes(b"no video")
    file.write_bytes(msgspec.json.encode(msgspec.structs.replace(RECIPE, **change)))
    with pytest.raises(BadInput, match="no clip can be drawn"):
        find(str(video), tmp_path, file)


def test_a_recipe_may_name_who_said_yes(tmp_path: Path) -> None:
    video, file = tmp_path / "clip.mp4", tmp_path / "recipe.json"
    video.write_bytes(b"no video")
    recipe = msgspec.structs.replace(RECIPE, looks=(LOOK,))
    file.write_bytes(msgspec.json.encode(recipe))
    assert find(str(video), tmp_path, file).recipes == (recipe,)


def test_what_was_drawn_from_a_portrait_names_both_yeses_and_is_not_drawn_again(
    tmp_path: Path,
) -> None:
    video, file = tmp_path / "clip.mp4", tmp_path / "recipe.json"
    video.write_bytes(b"no video")
    for portrait, said in (("", None), ("7" * 64, "grant 5{16}, from a portrait, agreed 7{16}:")):
        look = msgspec.structs.replace(LOOK, portrait=portrait)
        file.write_bytes(msgspec.json.encode(msgspec.structs.replace(RECIPE, looks=(look,))))
        found = find(str(video), tmp_path, file)
        if said is None:
            need_no_portrait(found)
        else:
            with pytest.raises(BadInput, match=said):
                need_no_portrait(found)


@pytest.mark.asyncio
async def test_what_somebody_took_back_is_said_to_be_withdrawn(tmp_path: Path) -> None:
    async with a_store(tmp_path / "phosphene.db", "one", time.time) as store:
        owner, user = Person("ada", "ada"), Person("bob", "bob")
        await enrol(store, owner)
        await store.likenesses.grant_terms(
            owner.id, msgspec.convert(LOOK.card, Card), LikenessTerms(scope="everyone")
        )
        use = UseRequest(by=user, via="prompt", handles=("ada",))
        looks = (await store.likenesses.review_use(use)).allowed_looks
        await store.add_clip(a_clip("c000000000000000000a", user, looks), use=use)
        await store.withdrawals.begin_withdrawal(owner.id, "everything")
    with pytest.raises(BadInput, match="was withdrawn"):
        find("c000000000000000000a", tmp_path, None)


@pytest.mark.process
def test_the_command_says_in_one_line_what_it_cannot_do(tmp_path: Path) -> None:
    done = phosphene("verify", "nothing", "--data", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "phosphene: nothing is no file, no address and no id of a clip\n"


@pytest_asyncio.fixture
async def artist() -> AsyncIterator[Artist]:
    painter = (sys.executable, "-m", "tests.render.easel")
    async with open_artist(Settings(spares=0), quiet=True, command=painter) as one:
        yield one


class Studio:
    """Clips as a server leaves them: signed, with latents below ``blobs``."""

    def __init__(self, artist: Artist, folder: Path) -> None:
        self._artist = artist
        self._signer = Signer(folder, "0", time.time)
        self.data = folder
        self.blobs = folder / "blobs"
        self.blobs.mkdir()

    async def make(self, text: str, parent: Path | None = None, **more: Any) -> Path:
        info = self._artist.info
        above = find(str(parent), self.data, None) if parent else None
        latents = self._latents(above.recipes[0].latents) if above else None
        recipe = Recipe(
            model=info.model,
            fingerprint=info.fingerprint,
            text=text,
            seed=7,
            seconds=2,
            width=info.width,
            height=info.height,
            fps=info.fps,
            steps=4,
            parent=parent.stem if parent else None,
            origin=hashlib.sha256(latents).hexdigest() if latents else None,
            **more,
        )
        drawn = await self._artist.draw(order_again(recipe, text, latents))
        recipe = finished_recipe(recipe, drawn.done, drawn.files["latents"])
        above_video = above.video if above else None
        video = await self._signer.sign_file(drawn.files["video"], recipe, text, above_video)
        (self.blobs / f"{recipe.latents}.safetensors").write_bytes(drawn.files["latents"])
        file = self.data / f"{text}.mp4"
        file.write_bytes(video)
        return file

    def _latents(self, name: str | None) -> bytes:
        return (self.blobs / f"{name}.safetensors").read_bytes()


@pytest.mark.process
@pytest.mark.asyncio
async def test_clips_are_what_their_recipes_give(artist: Artist, tmp_path: Path) -> None:
    studio = Studio(artist, tmp_path)
    clip = await studio.make("a fox", steering=(Steer("a fox at night", 24),))
    remix = await studio.make("a bird", clip, strength=0.5)
    fork = await studio.make("a whale", remix, kept=1)
    exhibits = [find(str(one), studio.data, None) for one in (clip, remix, fork)]
    reports = [await examine(one, artist, folder_reader(studio.blobs)) for one in exhibits]
    assert [one.result for one in reports] == ["identical"] * 3
    # With nothing of its parents kept, what the file says of them is enough.
    elsewhere = await examine(exhibits[2], artist, folder_reader(tmp_path / "nowhere"))
    assert (elsewhere.result, len(exhibits[2].recipes)) == ("identical", 3)
    orphan = msgspec.structs.replace(exhibits[2], recipes=exhibits[2].recipes[:1])
    with pytest.raises(BadInput, match="goes on from a bird"):
        await examine(orphan, artist, folder_reader(tmp_path / "nowhere"))
    (recipe,) = exhibits[0].recipes
    other = msgspec.structs.replace(recipe, seed=8)
    told = await examine(
        msgspec.structs.replace(exhibits[0], recipes=(other,)), artist, folder_reader(tmp_path)
    )
    assert told.result == "different"
    foreign = msgspec.structs.replace(recipe, fingerprint="another")
    with pytest.raises(BadInput, match=r"another model.*verify it with"):
        await examine(
            msgspec.structs.replace(exhibits[0], recipes=(foreign,)),
            artist,
            folder_reader(tmp_path),
        )


def test_likeness_is_of_every_picture() -> None:
    assert likeness(CLIP, CLIP) == [1.0] * 24
    assert max(likeness(CLIP, mp4(shade=90))) < 0.9
    with pytest.raises(BadInput, match="cannot be compared"):
        likeness(CLIP, b"nonsense")


def sounding(pitch: float, seconds: float = 2.0, loud: float = 0.5) -> bytes:
    """A video with a tone."""
    wave = loud * np.sin(2 * np.pi * pitch * np.arange(round(seconds * 24_000)) / 24_000)
    sound = Sound(wave.astype(np.float32)[None], 24_000)
    return muxed(
        [unit.data for unit in encode(48)], 24, timed_packets(opus_packets(sound, seconds))
    )


def test_sounds_are_compared_second_by_second() -> None:
    tone = sounding(440)
    assert hearing(tone, tone) == pytest.approx(1.0)
    assert (hearing(tone, sounding(442, loud=0.48)) or 0) > 0.9
    assert 0.3 < (hearing(tone, sounding(880)) or 0) < 0.7
    for other in (sounding(440, loud=0.0), sounding(440, seconds=1.0), CLIP):
        assert (hearing(tone, other) or 0) < 0.1
    assert hearing(CLIP, CLIP) is None
    with pytest.raises(BadInput, match="cannot be compared"):
        hearing(tone, b"nonsense")


def test_a_synthesised_sound_is_compared_by_quarters_of_a_second() -> None:
    """A stroke that another number format moves by some milliseconds is the same stroke."""
    one, other = strokes(0.0), strokes(0.05)
    fine, coarse = hearing(one, other) or 0, hearing(one, other, COARSE_S) or 0
    assert fine < SOUNDS < coarse


def strokes(late: float) -> bytes:
    """A video with a short noise in each quarter of a second, in the middle of it."""
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, 2_400)
    wave = np.zeros(96_000)
    for at in range(4_800, 96_000, 12_000):
        begin = at + round(late * 48_000)
        wave[begin : begin + len(noise)] += noise
    packets = opus_packets(Sound(wave.astype(np.float32)[None], 48_000), 2.0)
    return muxed([unit.data for unit in encode(48)], 24, timed_packets(packets))


def test_only_sounds_of_one_version_of_the_synthesizer_are_compared() -> None:
    tuned = [
        msgspec.structs.replace(RECIPE, tune=Tune(version=version, seed=1, seconds=2))
        for version in (1, 2)
    ]
    assert [why_unheard(recipe, 2) != "" for recipe in (RECIPE, *tuned)] == [False, True, False]
    report = judge(KEPT, RECIPE, [1.0] * 24, 0.95, None, why_unheard(tuned[0], 2))
    assert (report.result, report.sound) == ("identical", None)
    assert "version 1" in report.unheard


def test_a_clip_that_sounds_otherwise_is_another() -> None:
    heard = [judge(KEPT, RECIPE, [1.0] * 24, 0.95, sound) for sound in (1.0, 0.4)]
    assert [report.result for report in heard] == ["identical", "different"]
    assert "sound" in heard[1].why
