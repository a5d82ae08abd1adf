"""An archive that was tampered with is refused whole, before anything of it is kept."""

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable

import msgspec
import pytest

from phosphene.errors import Unusable
from phosphene.model import Comment
from phosphene.people.archive import STATEMENT, PersonArchive
from phosphene.people.import_archive import ENTRIES, JSON_BYTES, ImportArchive
from tests.people.test_archive import CLIPS, FILM, get_blob, list_clips, list_comments
from tests.store.making import ANNA, BEN, EVE, NOON

Write = Callable[[zipfile.ZipFile], None]


def a_zip(*writes: Write) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("profile.json", msgspec.json.encode({"person": ANNA}))
        for write in writes:
            write(archive)
    return file.getvalue()


def entry(name: str, data: bytes | str = b"{}", **more: int) -> Write:
    def write(archive: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        for field, value in more.items():
            setattr(info, field, value)
        archive.writestr(info, data)

    return write


def opened(data: bytes) -> ImportArchive:
    return ImportArchive(io.BytesIO(data))


def test_a_plain_one_is_read() -> None:
    archive = opened(a_zip(entry("clips/a1.json"), entry("clips/a1.mp4", b"film")))
    assert archive.read_profile().person == ANNA
    assert list(archive.clip_ids()) == ["a1"]
    assert archive.read_film("a1") == b"film"
    assert archive.read_film("b") is None
    assert list(archive.read_comments()) == []
    assert archive.read_relations().follow == ()


def test_whom_one_follows_what_one_wrote_and_what_was_signed_is_read() -> None:
    said = Comment(id="k", clip="a1", author=ANNA, text="hello", created_at=NOON)
    archive = opened(
        a_zip(
            entry("relations.json", msgspec.json.encode({"follow": [BEN], "block": [EVE]})),
            entry("comments/1.json", msgspec.json.encode([said])),
            entry(STATEMENT, b"signed"),
        )
    )
    relations = archive.read_relations()
    assert ([*relations.follow], [*relations.mute], [*relations.block]) == ([BEN], [], [EVE])
    assert list(archive.read_comments()) == [said]
    assert archive.read_statement() == b"signed"
    assert opened(a_zip()).read_statement() == b""


def test_a_clip_that_is_not_there_cannot_be_read() -> None:
    with pytest.raises(Unusable, match=r"holds no clips/a1\.json"):
        opened(a_zip()).read_clip("a1")


def test_an_entry_that_is_too_large_is_not_read_whole() -> None:
    large = entry("clips/a1.json", bytes(JSON_BYTES + 1), compress_type=zipfile.ZIP_STORED)
    with pytest.raises(Unusable, match="larger"):
        opened(a_zip(large)).read_clip("a1")


@pytest.mark.slow
@pytest.mark.parametrize(
    "write",
    [
        entry("../profile.json"),
        entry("clips/../../etc/passwd"),
        entry("/etc/passwd"),
        entry("clips\\a.json"),
        entry("clips/a/b.json"),
        entry("clips/a.exe"),
        entry("clips/"),
        entry("profile.json"),
        entry("clips/a.json", "/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16),
        entry("clips/a.json", external_attr=(stat.S_IFIFO | 0o600) << 16),
        entry("clips/a.json", b"{}", compress_type=zipfile.ZIP_LZMA),
        entry("clips/a.json", bytes(64 << 20)),
    ],
    ids=lambda write: "",
)
def test_what_no_instance_made_is_refused(write: Write) -> None:
    with warnings.catch_warnings(action="ignore"):  # zipfile says that a name is there twice
        data = a_zip(write)
    with pytest.raises(Unusable):
        opened(data)


def test_too_many_entries_are_not_even_listed() -> None:
    data = bytearray(a_zip())
    at = data.rindex(b"PK\x05\x06")
    struct.pack_into("<H", data, at + 10, ENTRIES + 1)
    with pytest.raises(Unusable, match="too many"):
        opened(bytes(data))


def test_entries_that_share_their_bytes_are_refused() -> None:
    data = bytearray(a_zip(entry("clips/a.json"), entry("clips/b.json")))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        first, second = archive.getinfo("clips/a.json"), archive.getinfo("clips/b.json")
    at = data.rindex(struct.pack("<L", second.header_offset) + b"clips/b.json")
    struct.pack_into("<L", data, at, first.header_offset)
    with pytest.raises(Unusable):
        opened(bytes(data))


def test_what_is_larger_than_it_says_is_found_out() -> None:
    plain = b" " * (8 << 20)
    data = bytearray(a_zip(entry("clips/a.json", plain)))
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.rindex(mark)
        struct.pack_into("<L", data, at + place, 100)
    with pytest.raises(Unusable):
        opened(bytes(data)).read_clip("a")


@pytest.mark.parametrize("cut", [1, 22, 60, 200])
def test_one_that_is_cut_off_is_refused(cut: int) -> None:
    data = a_zip(entry("clips/a.json", b"{}" * 99))
    with pytest.raises(Unusable):
        opened(data[:-cut])


def test_a_changed_byte_is_found_out() -> None:
    data = bytearray(a_zip(entry("clips/a.mp4", b"film" * 99, compress_type=zipfile.ZIP_STORED)))
    data[data.index(b"filmfilm") + 5] ^= 1
    with pytest.raises(Unusable, match="damaged"):
        opened(bytes(data)).read_film("a")


def test_what_says_nothing_that_can_be_read_is_refused() -> None:
    for text in (b"[", b"[" * 100_000, b'{"person": 1}', b"\xff"):
        archive = opened(a_zip(entry("clips/a.json", text)))
        with pytest.raises(Unusable):
            archive.read_clip("a")


@pytest.mark.asyncio
async def test_it_reads_what_an_instance_writes() -> None:
    told = {"profile": {"person": ANNA, "words": {"about": "hello"}}, "inbox": []}
    made = PersonArchive(ANNA, told, list_clips, list_comments, get_blob, bytes)
    archive = opened(b"".join([part async for part in made.read_chunks()]))
    assert archive.read_profile().words.about == "hello"
    assert list(archive.clip_ids()) == ["c0", "c1", "c2"]
    assert archive.read_clip("c1") == CLIPS[1]
    assert archive.read_film("c1") == FILM
