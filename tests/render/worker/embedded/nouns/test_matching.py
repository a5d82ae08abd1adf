import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("a bat in a cave", "bat"),
        ("a wooden bat and a baseball", "cricket-bat"),
        ("a crane standing in shallow water", "flamingo"),
        ("un avocat coupé en deux", "avocado"),
        ("un avocat plaide au tribunal", "office-worker"),
        ("une marche militaire", "guard"),
        ("un escalier qui monte", None),
    ],
)
def test_a_word_of_several_senses_is_what_fits_beside_the_others(
    text: str, subject: str | None
) -> None:
    assert read(text).subject == subject


def test_what_goes_up_is_no_ride() -> None:
    assert read("un homme monte un escalier").action is None
    assert read("une fille monte un cheval").action == "ride"


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("a grass hopper", "cricket"),
        ("a pine apple on a plate", "pineapple"),
        ("a snow man", "snowman"),
        ("a dog runs", "dog"),
        ("a cat walks home", "cat"),
    ],
)
def test_a_name_may_be_written_as_two_words(text: str, subject: str) -> None:
    assert read(text).subject == subject


@pytest.mark.parametrize("text", ["a Colin", "a hotter day", "that would be all", "it began"])
def test_common_words_are_no_misspellings(text: str) -> None:
    assert read(text).subject in (None, "man")


@pytest.mark.parametrize(
    ("text", "subject", "place"),
    [
        ("bumper cars", "car", None),
        ("a gig", None, "stage"),
        ("a corvette", "car", None),
        ("a game controller", "joystick", None),
        ("a fire station", "fire-engine", None),
        ("a sleeper train", "train", None),
        ("a spear", None, None),
        ("a cabin crew", "person", None),
        ("a messenger bag", "handbag", None),
        ("a motorbike rider", "motorcycle", None),
        ("dumbbells", "weightlifter", None),
        ("a vampire hunter", "person", None),
        ("an alien dj", "alien", None),
        ("a dog trainer", "person", None),
        ("a dragon fruit", "mango", None),
        ("a koala bear", "koala", None),
        ("it's raining frogs", "frog", None),
    ],
)
def test_everyday_words_are_what_most_people_mean(
    text: str, subject: str | None, place: str | None
) -> None:
    reading = read(text)
    assert (reading.subject, reading.place) == (subject, place)


@pytest.mark.parametrize(
    "text", ["un film d'horreur", "une enseigne lumineuse", "un programme", "une photographie"]
)
def test_no_verb_of_french_follows_an_article(text: str) -> None:
    reading = read(text)
    assert (reading.subject, reading.action) == (None, None)


def test_a_dance_is_danced_after_its_article_too() -> None:
    assert read("une danse africaine").subject == "dancer"


@pytest.mark.parametrize(
    "text", ["un chien de race", "une lecture au salon", "un serveur propose un café"]
)
def test_verbs_of_english_are_other_words_of_french(text: str) -> None:
    assert read(text).action is None


@pytest.mark.parametrize(
    ("text", "subject", "place"),
    [
        ("un motard sur la route", "motorcycle", "street"),
        ("un veilleur de nuit", "guard", None),
        ("un cariste", "construction-worker", None),
        ("une religieuse prie", "woman", None),
        ("une religieuse au café dans la vitrine", "cake", None),
        ("un naufrage", "ship", None),
        ("un naufragé", "person", None),
        ("un mannequin défile", "woman", None),
        ("un rond-point", None, "street"),
        ("la Loire", None, "lake"),
        ("un bac", None, None),
    ],
)
def test_everyday_words_of_french(text: str, subject: str | None, place: str | None) -> None:
    reading = read(text)
    assert (reading.subject, reading.place) == (subject, place)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("une voiture-balai", "car"),
        ("un nouveau-né", "baby"),
        ("un porte-clés", "key"),
        ("un porte-manteau", None),
        ("Jean-Pierre et sa femme", "woman"),
    ],
)
def test_french_words_with_a_hyphen_are_what_their_first_part_is(
    text: str, subject: str | None
) -> None:
    assert read(text).subject == subject


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("il crie très fort", None),
        ("il parle à voix basse", None),
        ("un avocat bien mûr", None),
        ("un chien malade", None),
        ("un homme devant un vieux fort", "castle"),
        ("un homme et sa basse", "guitar"),
        ("un chat sur un mur", "brick"),
    ],
)
def test_what_a_thing_is_like_is_no_other_thing(text: str, other: str | None) -> None:
    assert read(text).other == other


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("un coup de fil", "phone"),
        ("un coup de soleil", None),
        ("une nature morte avec des pommes", "apple"),
        ("une ficelle de pain", "baguette"),
        ("un buffet froid", "plate"),
        ("une Ferrari", "racing-car"),
        ("une star sur le tapis rouge", "person"),
        ("une demande en mariage", "kneeler"),
        ("un semi-marathon", "runner"),
    ],
)
def test_names_of_several_words_are_not_what_their_words_are(
    text: str, subject: str | None
) -> None:
    assert read(text).subject == subject


def test_names_with_hyphens_have_their_plurals_before_them() -> None:
    assert read("les chauves-souris sortent").subject == "bat"
    assert read("deux bonshommes de neige").subject == "snowman"


def test_a_giant_of_french_is_nobody_after_a_name() -> None:
    assert read("une main géante attrape une voiture").subject == "car"
    assert read("un géant attrape une voiture").subject == "troll"
