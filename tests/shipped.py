"""What every instance reads of its package as it starts, read before it is forked."""

from phosphene.api.bundle import bundle_once
from phosphene.app import CLIENT
from phosphene.feed.wishes.vocabulary import load_vocabulary
from phosphene.people.personal_data import load_personal_data
from phosphene.render.prompt_words import load_prompt_lexicon
from phosphene.studio.house_recipes import load_recipes
from phosphene.trust.refusal_rules import load_rules

bundle_once(CLIENT)
load_personal_data()
load_prompt_lexicon()
load_recipes()
load_rules()
load_vocabulary()
