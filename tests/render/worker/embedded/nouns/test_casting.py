from collections import Counter

import msgspec
import pytest

from phosphene.render.worker.embedded.nouns.cast import Actor, Ink
from phosphene.render.worker.embedded.nouns.casting import STAND_INS, Casting
from phosphene.render.worker.embedded.nouns.gait_warps import GAITS
from phosphene.render.worker.embedded.nouns.inks import COLOURS, HAIR, chance, varied
from phosphene.render.worker.embedded.nouns.looks import VALUES
from phosphene.render.worker.embedded.nouns.person_shape import CARD
from phosphene.render.worker.embedded.nouns.wishes import Wish
from tests.render.worker.embedded import toy
from tests.render.worker.embedded.toy import WORLD

CASTING = Casting(toy.nouns().concepts, {})
SEEDS = 700


def actors(concept: str) -> list[Actor]:
    found = [CASTING.choose_cast(Wish(concept), seed).subject for seed in range(SEEDS)]
    return [actor for actor in found if actor]


@pytest.mark.slow
def test_no_trade_is_bound_to_a_tone_or_a_sex() -> None:
    """Each of seven tones has its share, with either drawing, and so has either sex."""
    for concept in ("doctor", "police-officer", "farmer"):
        pairs = Counter((actor.inks[1], actor.drawing) for actor in actors(concept))
        assert len(pairs) == 14
        assert all(20 <= count <= 85 for count in pairs.values())
    skins = Counter(actor.inks[1] for actor in actors("woman"))
    assert len(skins) == 7
    assert all(60 <= count <= 145 for count in skins.values())
    figures = Counter(actor.card[list(CARD).index("figure")] for actor in actors("person"))
    assert all(280 <= figures[k] <= 420 for k in range(2))


def test_who_is_old_has_the_hair_of_the_old() -> None:
    grey = [actor.inks[2][0] > 140 and actor.inks[2][2] > 140 for actor in actors("old-woman")]
    assert sum(grey) > 0.75 * SEEDS


@pytest.mark.slow
def test_women_and_children_have_no_beard_unless_it_is_said() -> None:
    at = list(CARD).index("beard")
    assert {actor.card[at] for actor in actors("woman") + actors("boy")} == {0}
    told = CASTING.choose_cast(Wish("woman", card={"beard": "beard", "figure": "woman"}), 1).subject
    assert told
    assert VALUES["beard"][told.card[at]] == "beard"


def test_men_wear_no_dress_unless_it_is_said() -> None:
    at, dress = list(CARD).index("clothes"), VALUES["clothes"].index("dress")
    assert dress not in {actor.card[at] for actor in actors("man")}
    assert dress in {actor.card[at] for actor in actors("woman")}
    told = CASTING.choose_cast(Wish("man", card={"clothes": "dress"}), 1).subject
    assert told
    assert told.card[at] == dress


def test_who_has_a_beard_is_a_man_unless_a_woman_is_said() -> None:
    at = list(CARD).index("figure")

    def figures(concept: str) -> set[int]:
        wish = Wish(concept, card={"beard": "beard"})
        cast = [CASTING.choose_cast(wish, seed).subject for seed in range(20)]
        return {actor.card[at] for actor in cast if actor}

    assert figures("person") == {VALUES["figure"].index("man")}
    assert figures("woman") == {VALUES["figure"].index("woman")}


def test_every_gait_has_one_of_the_older_subjects_whose_score_it_has() -> None:
    assert set(STAND_INS) == set(GAITS)
    assert set(STAND_INS.values()) <= set(WORLD.values["subject"])


def test_of_a_figure_the_drawing_has_the_sex_that_is_said() -> None:
    for sex, drawing in (("m", 0), ("w", 1)):
        found = [CASTING.choose_cast(Wish("surfer", sex=sex), seed).subject for seed in range(9)]
        assert {actor.drawing for actor in found if actor} == {drawing}


def test_the_clothes_of_the_first_do_not_colour_the_second() -> None:
    def clothes(colours: dict[str, str]) -> list[Ink]:
        cast = CASTING.choose_cast(Wish("man", "woman", relation="watching", colours=colours), 3)
        return [actor.inks[0] for actor in (cast.subject, cast.other) if actor]

    plain, dressed = clothes({}), clothes({"colour": "red"})
    assert dressed[0] != plain[0]
    assert dressed[1] == plain[1]
    assert clothes({"other": "red"}) == [plain[0], varied(COLOURS["red"], chance(3, "other:red"))]


def test_the_older_network_draws_its_own_but_in_colours_that_it_has_not() -> None:
    casting = Casting(toy.nouns().concepts, {"car": "horse"}, ("red", "blue"))
    red, brown = (
        casting.choose_cast(Wish("car", colours={"subject": c}), 1) for c in ("red", "brown")
    )
    assert casting.choose_cast(Wish("car"), 1).subject is None
    assert red.subject is None
    assert brown.subject is not None
    again = casting.choose_cast(Wish("car"), 2, brown)
    assert again.subject is not None, "who is there stays who they are"
    assert again.subject.inks == brown.subject.inks


def test_who_is_never_of_those_colours_is_a_noun_unless_the_older_network_drew_it_before() -> None:
    concepts = {"bear": toy.nouns().concepts["car"]}
    casting = Casting(concepts, {"bear": "bear"}, ("red",))
    assert casting.choose_cast(Wish("bear"), 1).subject is not None
    assert casting.choose_cast(Wish("bear"), 1, kept=("bear",)).subject is None
    assert casting.choose_cast(Wish("bear", colours={"subject": "red"}), 1).subject is None


def test_no_child_has_grey_hair_unless_somebody_says_so() -> None:
    grey = {HAIR["grey"], HAIR["white"]}
    assert not grey & {actor.inks[2] for actor in actors("boy")}
    told = CASTING.choose_cast(Wish("boy", card={"hair": "grey"}), 1).subject
    assert told is not None
    assert told.inks[2] == HAIR["grey"]


def test_a_drawing_of_which_the_network_learned_nothing_is_never_cast() -> None:
    seen = dict(toy.nouns().concepts)
    seen["doctor"] = msgspec.structs.replace(seen["doctor"], unseen=(0,))
    for casting, drawings in ((CASTING, {0, 1}), (Casting(seen, {}), {1})):
        found = [casting.choose_cast(Wish("doctor"), seed) for seed in range(60)]
        assert {cast.subject.drawing for cast in found if cast.subject} == drawings
    before = CASTING.choose_cast(Wish("doctor"), next(k for k in range(60) if k % 2))
    assert before.subject
    before = msgspec.structs.replace(
        before, subject=msgspec.structs.replace(before.subject, drawing=0)
    )
    again = Casting(seen, {}).choose_cast(Wish("doctor"), 1, before).subject
    assert again
    assert again.drawing == 1


def test_an_animal_that_sits_or_waits_stays_where_it_is() -> None:
    casting = Casting({"cat": toy.nouns().concepts["car"]}, {"cat": "cat"})
    walks, sits = (casting.choose_cast(Wish("cat", does=does), 1).subject for does in ("", "sit"))
    assert walks is None
    assert sits
    assert sits.gait == "rock"


def test_somebody_on_a_chair_sits_and_on_a_table_stands() -> None:
    for thing, posture in (("chair", "sit"), ("table", "stand")):
        wish = Wish("woman", thing, relation="on", card={"figure": "woman"})
        told = CASTING._person("subject", "woman", wish, 1, None)
        assert VALUES["posture"][told.card[list(CARD).index("posture")]] == posture


def test_each_of_a_plural_has_a_look_of_its_own_but_for_what_is_told() -> None:
    three = CASTING.choose_cast(Wish("woman", count=3), 4)
    assert three.subject
    assert len(three.crowd) == 2
    assert len({three.subject.inks, *three.crowd}) == 3
    red = CASTING.choose_cast(Wish("woman", count=4, colours={"subject": "red"}), 4)
    assert all(r > 150 and max(g, b) < 100 for (r, g, b), *_ in red.crowd)
    assert len({inks[1] for inks in red.crowd}) > 1
    assert not CASTING.choose_cast(Wish("woman"), 4).crowd


def test_who_is_one_of_several_keeps_their_look_in_a_remix() -> None:
    before = CASTING.choose_cast(Wish("woman", count=3), 4)
    after = CASTING.choose_cast(Wish("woman"), 9, before)
    assert after.crowd == before.crowd
    more = CASTING.choose_cast(Wish("woman", count=4), 9, before)
    assert more.crowd[:2] == before.crowd
    assert len(more.crowd) == 3
