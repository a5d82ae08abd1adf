"""Signed clips: who made them is readable, a changed one is found out, all still play."""

import asyncio
import json
import time
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

import av
import c2pa
import numpy as np
import pytest
from msgspec.structs import replace

from phosphene.errors import BadInput
from phosphene.model import License, Recipe
from phosphene.trust import certificates, own_chain
from phosphene.trust.provenance import MP4, verify
from phosphene.trust.signing import Signer
from tests.trust.tsa import authority

RECIPE = Recipe(
    model="theatre",
    fingerprint="ab12",
    text="une baleine bleue – l'été",
    seed=4,
    seconds=1,
    width=64,
    height=64,
    fps=24,
    steps=8,
)
DAY = 86400.0
NOW = time.time()


def mp4(shade: int = 0) -> bytes:
    """One second of moving stripes, 64x64, 24 fps, H.264, index first."""
    with NamedTemporaryFile(suffix=".mp4") as file:
        write_mp4(file.name, shade)
        return Path(file.name).read_bytes()


def write_mp4(path: str, shade: int) -> None:
    with av.open(path, "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(24):
            picture = np.full((64, 64, 3), shade, np.uint8)
            picture[:, (number * 2) % 64] = 255
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())


def pictures(file: bytes) -> list[bytes]:
    """Every decoded picture of a file."""
    with av.open(BytesIO(file), "r") as container:
        return [frame.to_ndarray().tobytes() for frame in container.decode(video=0)]


def boxes(file: bytes) -> list[str]:
    """The kinds of the top-level boxes (ISO/IEC 14496-12) in order."""
    kinds, at = [], 0
    while at < len(file):
        kinds.append(file[at + 4 : at + 8].decode())
        at += int.from_bytes(file[at : at + 4], "big")
    return kinds


CLIP = mp4()


def signer(folder: Path, now: float = NOW) -> Signer:
    return Signer(folder, "0.1.0", lambda: now)


@pytest.mark.asyncio
async def test_a_signed_clip_says_who_made_it_and_how(tmp_path: Path) -> None:
    author = signer(tmp_path)
    verdict = verify(await author.sign_file(CLIP, RECIPE, "A blue whale"), author.anchors)
    assert verdict.state == "trusted"
    assert verdict.failures == ()
    assert verdict.title == "A blue whale"
    assert verdict.generator == "Phosphene/0.1.0"
    assert verdict.made_by_a_model
    assert verdict.recipe == RECIPE
    assert verdict.parents == ()
    assert verdict.generations == 1


@pytest.mark.asyncio
async def test_a_remix_carries_its_parents_manifest(tmp_path: Path) -> None:
    author = signer(tmp_path)
    parent = await author.sign_file(CLIP, RECIPE, "parent")
    recipe = replace(RECIPE, parent="clip1", strength=0.6)
    child = await author.sign_file(mp4(shade=90), recipe, "child", parent)
    grandchild = await author.sign_file(
        mp4(shade=180), replace(recipe, parent="clip2"), "last", child
    )
    verdict = verify(child, author.anchors)
    assert (verdict.state, verdict.parents, verdict.generations) == ("trusted", ("clip1",), 2)
    assert verdict.made_by_a_model
    verdict = verify(grandchild, author.anchors)
    assert (verdict.state, verdict.parents, verdict.generations) == ("trusted", ("clip2",), 3)


@pytest.mark.asyncio
async def test_a_parent_that_is_not_given_is_named_by_a_keyed_hash_and_nothing_else(
    tmp_path: Path,
) -> None:
    author, other = signer(tmp_path / "here"), signer(tmp_path / "there")
    recipe = replace(RECIPE, parent="clip1", origin="0123abcd", kept=1)
    signed = await author.sign_file(CLIP, recipe, "child")
    again = await author.sign_file(mp4(shade=90), recipe, "twin")
    elsewhere = await other.sign_file(CLIP, recipe, "child")
    assert b"clip1" not in signed
    assert b"0123abcd" not in signed
    verdict = verify(signed, author.anchors)
    (name,) = verdict.parents
    assert (verdict.state, verdict.generations, verdict.ancestors) == ("trusted", 1, ())
    assert verdict.recipe == replace(recipe, parent=name, origin=None)
    assert verify(again, author.anchors).parents == (name,)
    assert verify(elsewhere, other.anchors).parents != (name,)


@pytest.mark.asyncio
async def test_a_clip_signed_again_forgets_what_its_first_manifest_said(tmp_path: Path) -> None:
    author = signer(tmp_path)
    parent = await author.sign_file(CLIP, replace(RECIPE, text="zanzibar"), "zanzibar")
    recipe = replace(RECIPE, parent="clip1")
    child = await author.sign_file(mp4(shade=90), recipe, "child", parent)
    assert b"zanzibar" in child
    redacted = await author.sign_file(child, recipe, "child")
    assert b"zanzibar" not in redacted
    assert verify(redacted, author.anchors).state == "trusted"
    assert pictures(redacted) == pictures(child)


@pytest.mark.asyncio
async def test_a_remix_of_a_clip_without_manifest_still_names_it(tmp_path: Path) -> None:
    author = signer(tmp_path)
    child = await author.sign_file(CLIP, replace(RECIPE, parent="clip1"), "child", mp4(shade=90))
    verdict = verify(child, author.anchors)
    assert (verdict.state, verdict.parents, verdict.generations) == ("trusted", ("clip1",), 1)


@pytest.mark.asyncio
async def test_it_plays_as_before_with_the_index_first(tmp_path: Path) -> None:
    signed = await signer(tmp_path).sign_file(CLIP, RECIPE, "clip")
    assert pictures(signed) == pictures(CLIP)
    assert boxes(signed).index("moov") < boxes(signed).index("mdat")
    assert "uuid" in boxes(signed)


@pytest.mark.asyncio
async def test_any_changed_picture_is_found_out(tmp_path: Path) -> None:
    author = signer(tmp_path)
    signed = await author.sign_file(CLIP, RECIPE, "clip")
    start = signed.index(b"mdat") + 4
    for place in range(start, len(signed), max(1, (len(signed) - start) // 20)):
        changed = bytearray(signed)
        changed[place] ^= 1
        verdict = verify(bytes(changed), author.anchors)
        assert verdict.state == "invalid"
        assert verdict.failures == ("assertion.bmffHash.mismatch",)


@pytest.mark.asyncio
async def test_a_changed_recipe_is_found_out(tmp_path: Path) -> None:
    author = signer(tmp_path)
    signed = await author.sign_file(CLIP, RECIPE, "clip")
    changed = signed.replace(b"theatre", b"theatrE")
    assert changed != signed
    assert verify(changed, author.anchors).state == "invalid"


@pytest.mark.asyncio
async def test_another_servers_clip_is_untrusted_here(tmp_path: Path) -> None:
    here, there = signer(tmp_path / "here"), signer(tmp_path / "there")
    signed = await there.sign_file(CLIP, RECIPE, "clip")
    assert verify(signed, here.anchors).state == "untrusted"
    assert verify(signed, here.anchors + there.anchors).state == "trusted"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("file", "parent"), [(b"", None), (b"junk" * 100, None), (CLIP, b"junk" * 100)]
)
async def test_what_cannot_be_read_is_not_signed(
    tmp_path: Path, file: bytes, parent: bytes | None
) -> None:
    with pytest.raises(BadInput, match="cannot be signed"):
        await signer(tmp_path).sign_file(file, RECIPE, "clip", parent)


@pytest.mark.asyncio
async def test_many_at_once(tmp_path: Path) -> None:
    author = signer(tmp_path)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(author.sign_file(CLIP, replace(RECIPE, seed=n), f"{n}"))
            for n in range(24)
        ]
    for number, task in enumerate(tasks):
        verdict = verify(task.result(), author.anchors)
        assert (verdict.state, verdict.title) == ("trusted", str(number))
        assert verdict.recipe == replace(RECIPE, seed=number)


@pytest.mark.asyncio
async def test_instances_on_one_folder_are_one_signer(tmp_path: Path) -> None:
    first, second = signer(tmp_path), signer(tmp_path)
    assert first.anchors == second.anchors
    assert verify(await second.sign_file(CLIP, RECIPE, "clip"), first.anchors).state == "trusted"


@pytest.mark.asyncio
async def test_a_leaf_is_renewed_every_month_even_while_running(tmp_path: Path) -> None:
    clock = [NOW - 40 * DAY]
    author = Signer(tmp_path, "0.1.0", lambda: clock[0])
    old = (tmp_path / own_chain.LEAF).read_bytes()
    early = await author.sign_file(CLIP, RECIPE, "clip")
    clock[0] = NOW
    late = await author.sign_file(CLIP, RECIPE, "clip")
    assert (tmp_path / own_chain.LEAF).read_bytes() != old
    assert {verify(clip, author.anchors).state for clip in (early, late)} == {"trusted"}


@pytest.mark.asyncio
async def test_a_clock_that_was_ahead_when_it_first_started_does_no_harm(tmp_path: Path) -> None:
    signer(tmp_path, NOW + 3 * 365 * DAY)
    author = signer(tmp_path, NOW)
    assert verify(await author.sign_file(CLIP, RECIPE, "clip"), author.anchors).state == "trusted"


@pytest.mark.asyncio
async def test_a_clock_that_falls_back_while_it_runs_does_no_harm(tmp_path: Path) -> None:
    clock = [NOW + 40 * DAY]
    author = Signer(tmp_path, "0.1.0", lambda: clock[0])
    clock[0] = NOW
    assert verify(await author.sign_file(CLIP, RECIPE, "clip"), author.anchors).state == "trusted"


@pytest.mark.asyncio
async def test_clips_of_an_old_root_are_trusted_beside_those_of_the_new_one(tmp_path: Path) -> None:
    (tmp_path / own_chain.ROOT).write_bytes(certificates.root(NOW - 3655 * DAY))
    clock = [NOW - 20 * DAY]
    author = Signer(tmp_path, "0.1.0", lambda: clock[0])
    early = await author.sign_file(CLIP, RECIPE, "clip")
    first = author.anchors
    clock[0] = NOW
    late = await author.sign_file(CLIP, RECIPE, "clip")
    assert verify(late, first).state == "untrusted"
    assert {verify(clip, author.anchors).state for clip in (early, late)} == {"trusted"}


def operators_chain(folder: Path, now: float = NOW) -> Path:
    """A PEM file with a key, its certificate and the root of that."""
    root = certificates.root(now)
    file = folder / "operator.pem"
    file.write_bytes(certificates.leaf(root, now) + certificates.certificate_pem(root))
    return file


@pytest.mark.asyncio
async def test_the_operators_own_chain_signs(tmp_path: Path) -> None:
    chain = operators_chain(tmp_path)
    author = Signer(tmp_path / "data", "0.1.0", lambda: NOW, chain)
    signed = await author.sign_file(CLIP, RECIPE, "clip")
    root = "-----BEGIN CERTIFICATE" + chain.read_text().split("-----BEGIN CERTIFICATE")[-1]
    assert verify(signed, root).state == "trusted"
    assert verify(signed, author.anchors).state == "trusted"
    # Also for who only has the data folder, and after the operator took another chain.
    operators_chain(tmp_path)
    later = Signer(tmp_path / "data", "0.1.0", lambda: NOW, chain)
    assert verify(signed, own_chain.anchors(tmp_path / "data")).state == "trusted"
    assert verify(await later.sign_file(CLIP, RECIPE, "clip"), later.anchors).state == "trusted"


@pytest.mark.asyncio
async def test_when_it_ends_the_servers_own_signs_until_there_is_a_new_one(tmp_path: Path) -> None:
    clock = [NOW]
    chain = operators_chain(tmp_path)
    author = Signer(tmp_path / "data", "0.1.0", lambda: clock[0], chain)
    theirs = author.anchors
    chain.rename(tmp_path / "away")
    clock[0] += 7200
    signed = await author.sign_file(CLIP, RECIPE, "clip")
    assert verify(signed, theirs).state == "untrusted"
    assert verify(signed, author.anchors).state == "trusted"
    (tmp_path / "away").rename(chain)
    clock[0] += 7200
    assert verify(await author.sign_file(CLIP, RECIPE, "clip"), theirs).state == "trusted"


@pytest.mark.parametrize(
    "kind", ["missing", "no key", "no leaf", "other key", "wrong order", "an authority"]
)
def test_a_chain_that_cannot_sign_is_named_at_the_start(tmp_path: Path, kind: str) -> None:
    chain, root = operators_chain(tmp_path), certificates.root(NOW)
    key, *parts = chain.read_bytes().split(b"-----BEGIN CERTIFICATE-----")
    leaf, above = (b"-----BEGIN CERTIFICATE-----" + part for part in parts)
    bad = {
        "missing": b"",
        "no key": leaf + above,
        "no leaf": key,
        "other key": certificates.key_pem(root) + leaf + above,
        "wrong order": key + above + leaf,
        # An authority's own certificate may not sign clips: only C2PA sees that.
        "an authority": root,
    }
    chain.write_bytes(bad[kind])
    with pytest.raises(BadInput, match=r"operator\.pem"):
        Signer(tmp_path / "data", "0.1.0", lambda: NOW, chain)


def stamped_at(signed: bytes) -> str | None:
    """What the time stamp says, if there is one."""
    with c2pa.Reader(MP4, BytesIO(signed)) as reader:
        report = json.loads(reader.json())
    about: dict[str, str] = report["manifests"][report["active_manifest"]]["signature_info"]
    return about.get("time")


@pytest.mark.process
@pytest.mark.asyncio
async def test_an_authority_says_when_a_clip_was_signed(tmp_path: Path) -> None:
    with authority(tmp_path / "tsa") as tsa:
        author = Signer(tmp_path / "data", "0.1.0", lambda: NOW, tsa_url=tsa.url)
        signed = await author.sign_file(CLIP, RECIPE, "clip")
    assert stamped_at(signed)
    assert verify(signed, author.anchors).state == "trusted"


@pytest.mark.process
@pytest.mark.asyncio
async def test_a_clip_does_not_wait_for_an_authority_that_is_away(tmp_path: Path) -> None:
    clock = [NOW]
    with authority(tmp_path / "tsa") as tsa:
        author = Signer(tmp_path / "data", "0.1.0", lambda: clock[0], tsa_url=tsa.url)
        tsa.broken = True
        signed = [await author.sign_file(CLIP, RECIPE, "clip") for _ in range(2)]
        assert tsa.asked == 1
        tsa.broken = False
        clock[0] += 61
        late = await author.sign_file(CLIP, RECIPE, "clip")
    assert [stamped_at(one) for one in signed] == [None, None]
    assert {verify(one, author.anchors).state for one in (*signed, late)} == {"trusted"}
    assert stamped_at(late)


def test_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    signer(tmp_path)
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_a_broken_root_is_named_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "c2pa_root.pem").write_bytes(b"nonsense")
    with pytest.raises(BadInput):
        signer(tmp_path)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("license", "said"), [("CC-BY-4.0", "CC-BY-4.0"), ("all-rights-reserved", "")]
)
async def test_a_clip_says_under_which_terms_it_may_be_used(
    tmp_path: Path, license: License, said: str
) -> None:
    author = signer(tmp_path)
    signed = await author.sign_file(CLIP, RECIPE, "A blue whale", license=license)
    verdict = verify(signed, author.anchors)
    assert (verdict.state, verdict.license, verdict.failures) == ("trusted", said, ())
    # Other terms take the place of these.
    again = await author.sign_file(signed, RECIPE, "A blue whale", license="CC0-1.0")
    assert verify(again, author.anchors).license == "CC0-1.0"
