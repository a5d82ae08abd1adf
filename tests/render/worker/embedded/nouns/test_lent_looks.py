"""People named by their handle are read as a person, and drawn as they chose."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from phosphene.model import Look
from phosphene.render.worker.embedded.director import NounDirector
from phosphene.render.worker.embedded.nouns.cast import Cast
from phosphene.render.worker.embedded.nouns.inks import COLOURS, HAIR, SKIN
from phosphene.render.worker.embedded.nouns.lent_looks import dress_cast, name_people
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.looks import VALUES
from phosphene.render.worker.embedded.nouns.person_shape import CARD
from phosphene.render.worker.embedded.renderer import EmbeddedRenderer
from phosphene.render.worker.embedded.segments import from_bytes
from phosphene.render.worker.renderer import Brief, patches_alone
from tests.render.worker.embedded import toy
from tests.render.worker.embedded.toy import SHIPPED, WORLD


def a_look(owner: str, **card: str) -> Look:
    whole = {
        **{"skin": "dark", "hair": "red", "length": "long", "figure": "woman"},
        **{"clothes": "dress", "colour": "green", "glasses": "glasses", "beard": "none"},
        **{"headwear": "none", "accent": "gold", "age": "adult", "build": "medium"},
    }
    return Look(
        owner=owner,
        card=whole | card,
        grant="g",
        level="presence",
        checked_by="camera",
        checked_at=0.0,
    )


ADA = a_look("ada")
BOB = a_look("bob", figure="man", skin="pale", hair="grey", age="old", clothes="suit")
EVE = a_look("eve", hair="black", colour="pink")


@cache
def director() -> NounDirector:
    return NounDirector(WORLD, toy.words(), Lexicon.load(SHIPPED), toy.nouns())


def cast(text: str, *looks: Look) -> Cast:
    named = name_people(text, looks)
    return dress_cast(director().plan_scene(named.text, 7, None)[1], named)


def chosen(made: Cast, plate: str) -> tuple[dict[str, str], tuple[tuple[int, int, int], ...]]:
    actor = made.actors[plate]
    return {name: VALUES[name][at] for name, at in zip(CARD, actor.card, strict=True)}, actor.inks


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("@ada rides a horse", "a woman rides a horse"),
        ("@Ada, @bob and a dog", "a woman, an old man and a dog"),
        ("un chien avec @ada dans la forêt", "un chien avec une femme dans la forêt"),
        # Two women are told apart.
        ("@ada and @eve", "a woman and a person"),
        ("@ada and @ada", "a woman and a woman"),
        ("@nobody at sea", "a person at sea"),
        ("@\N{FULLWIDTH LATIN CAPITAL LETTER A}d\u00e1 at sea", "a woman at sea"),
        ("mail me@home.org", "mail me@home.org"),
        ("plain", "plain"),
    ],
)
def test_a_handle_is_read_as_whoever_it_is(text: str, read: str) -> None:
    assert name_people(text, (ADA, BOB, EVE)).text == read


def test_who_is_named_is_drawn_as_they_chose() -> None:
    card, inks = chosen(cast("@ada dances on the beach", ADA), "subject")
    assert {name: card[name] for name in ADA.card if name in card} == {
        name: value for name, value in ADA.card.items() if name in card
    }
    assert card["posture"] == "dance"
    assert inks[:4] == (COLOURS["green"], SKIN["dark"], HAIR["red"], COLOURS["gold"])


def test_each_of_two_has_a_plate_and_an_animal_stays_one() -> None:
    both = cast("@ada and @bob in the city", ADA, BOB)
    assert chosen(both, "subject")[0]["clothes"] == "dress"
    assert chosen(both, "other")[0]["age"] == "old"
    women = cast("@ada and @eve in the city", ADA, EVE)
    assert [women.actors[one].inks[0] for one in ("subject", "other")] == [
        COLOURS["green"],
        COLOURS["pink"],
    ]
    dog = cast("a llama beside @ada", ADA)
    assert dog.actors["subject"].concept == "llama"
    assert chosen(dog, "other")[1][2] == HAIR["red"]


def test_who_rides_what_has_a_drawing_of_its_own_keeps_their_colours() -> None:
    rider = cast("@bob riding a bicycle", BOB).actors["subject"]
    assert (rider.concept, rider.inks[1]) == ("cyclist", SKIN["pale"])


@pytest.mark.model
def test_a_clip_shows_the_card_through_the_whole_worker(tmp_path: Path) -> None:
    """The latents of a clip hold who was drawn; another card is another picture."""
    renderer = EmbeddedRenderer(toy.save(tmp_path, with_nouns=True), torch.float32)
    assert renderer.draws_looks

    def drawn(look: Look) -> tuple[Cast, np.ndarray]:
        brief = Brief(text="@ada at sea", seed=3, seconds=1, steps=2, looks=(look,))
        drawing = patches_alone(renderer.render(brief))
        frame = np.zeros(0)
        while True:
            try:
                patch = next(drawing)
                frame = np.asarray(patch.draw(patch.start))
            except StopIteration as end:
                return from_bytes(end.value, renderer.world)[-1].scene.cast, frame

    cast, frame = drawn(ADA)
    assert cast.subject is not None
    assert cast.subject.inks[2] == HAIR["red"]
    assert not np.array_equal(frame, drawn(a_look("ada", colour="purple", hair="white"))[1])
    assert any(s.name == "subject" and s.value for s in renderer.understand("@ada at sea"))
