"""What the rules of owners read in the words of a use."""

from phosphene.trust.normalize import rule_words
from phosphene.trust.refusal_rules import load_rules
from phosphene.trust.use_words import read_use


def test_categories_that_refuse_nobody_are_read_for_owners() -> None:
    rules = load_rules()
    assert read_use("a president in a church drinks wine", rules).categories == (
        "political",
        "religious",
        "alcohol",
    )
    assert read_use("a red fox jumps", rules).categories == ()
    # What is kept from minors can be kept from a likeness, too.
    assert "gambling" in read_use("at a casino, betting", rules).categories


def test_words_of_an_owner_are_looked_for_as_the_policy_reads() -> None:
    rules = load_rules()
    wanted = f" {rule_words('Rival  TEAM!')} "
    assert wanted == " rival team "
    for text in ("my r1val team", "the R I V A L team wins", "rival, team"):
        assert any(wanted in one for one in read_use(text, rules).readings), text
    assert not any(wanted in one for one in read_use("rivals of a team", rules).readings)
    assert rule_words("!!") == ""
