"""Every word of the world has a sound: a row of its own, or that of its gait."""

import csv
from pathlib import Path
from typing import get_args

import msgspec
import pytest

import training
from phosphene.render.preflight import locate_model
from phosphene.render.worker.embedded.nouns.gait_warps import GAITS
from phosphene.render.worker.embedded.synth.drones import DRONES
from phosphene.render.worker.embedded.synth.sound_table import Drone, read_table
from phosphene.render.worker.embedded.world import World

NAMED = ("animal", "bird", "crawler", "sea", "vehicle", "music", "person", "figure", "fantasy")
"""Kinds of concepts each of which must have a row: they are heard, and a gait does not tell how."""


def concepts() -> list[dict[str, str]]:
    file = Path(training.__file__).parent / "nouns" / "concepts.tsv"
    with file.open() as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def test_no_subject_has_two_rows() -> None:
    named = [subject for voice in read_table().voice.values() for subject in voice.of]
    assert len(named) == len({*named})


def test_all_concepts_that_make_a_sound_have_a_row() -> None:
    named = {subject for voice in read_table().voice.values() for subject in voice.of}
    heard = {row["concept"] for row in concepts() if row["kind"] in NAMED}
    quiet = {"teddy-bear", "doll", "snowman"}
    assert heard - named - quiet == set()


def test_all_gaits_have_a_voice() -> None:
    table = read_table()
    assert GAITS.keys() <= table.gait.keys()
    assert table.voice_of("something", "fly") is table.voice["wings"]
    assert table.voice_of("something") is table.voice["paper"]
    assert table.voice_of("horse", "fly") is table.voice["horses"]


def test_the_world_that_ships_is_known_word_by_word() -> None:
    table, folder = read_table(), locate_model("embedded")
    assert folder is not None
    world = World.load(folder)
    named = {subject for voice in table.voice.values() for subject in voice.of}
    assert {*world.values["subject"]} <= named
    for slot, rows in (("place", table.place), ("weather", table.weather), ("mood", table.mood)):
        assert {*world.values[slot]} <= rows.keys()
    assert {*world.values["time"]} <= table.time.keys()
    assert {*world.values["motion"]} <= table.tempo.keys()


def test_every_drone_is_made() -> None:
    assert {*get_args(Drone)} - {""} == DRONES.keys()


def test_a_row_that_names_no_other_is_refused() -> None:
    table = read_table()
    with pytest.raises(ValueError, match="has no yodel"):
        msgspec.structs.replace(table, voice={"x": msgspec.structs.replace(
            table.voice["paper"], cry="yodel")}, gait={})  # fmt: skip
