"""What the rules of owners are asked of: the words of a use, as the policy reads them."""

from phosphene.consent.terms import UseWords
from phosphene.trust.normalize import readings
from phosphene.trust.policy import touched_categories
from phosphene.trust.refusal_rules import Rules


def read_use(text: str, rules: Rules) -> UseWords:
    """What an owner's rules are asked of: the categories that a text touches, and each way to read
    its words."""
    ways = dict.fromkeys(" ".join(word.text for word in way) for way in readings(text))
    softer = rules.for_likeness
    categories = touched_categories(text, softer) if softer is not None else ()
    return UseWords(categories, tuple(f" {way} " for way in ways))
