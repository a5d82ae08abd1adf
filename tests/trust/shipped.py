"""The rules that the package comes with, read once for all tests of a process: 0.2 s."""

from typing import Final

from phosphene.trust.refusal_rules import load_rules

RULES: Final = load_rules()
