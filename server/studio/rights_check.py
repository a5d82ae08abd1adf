"""Whether what holders registered lets a text be drawn: the registry's own layer of rules, which is
made anew when the registry has changed, on every instance."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from phosphene.errors import Refusal, Refused
from phosphene.model import Licence
from phosphene.rights import Right
from phosphene.studio.dialogue import ALONE, Dialogue, WholeText, join_dialogue
from phosphene.studio.refusal_counter import NoteRefusal
from phosphene.studio.rights_descriptions import (
    Described,
    described_rights,
    find_described,
    work_of,
)
from phosphene.studio.rights_found import ASKS, PREFIX, RightsFound
from phosphene.trust.policy import decide
from phosphene.trust.prompt_reader_process import PromptReaderProcess
from phosphene.trust.refusal_rules import Rules
from phosphene.trust.rights_rules import MESSAGE, UNANSWERED, current_day, is_enforced, rights_layer
from phosphene.trust.rule_file import rule_of_name

LICENSED: Final = "{name} is registered by {holder}, and drawn with a licence only: {terms}"


class EntryRules(Struct, frozen=True):
    """Entries as rules, and by how refusals name them; no rules of none."""

    rules: Rules | None
    by_rule: Mapping[str, Right]


class RightsLayer(Struct, frozen=True):
    """The registry at a number of its log, on a day. Apart, so that the answer to a question lets
    nobody past what is refused: ``refused`` to everybody, ``licensed`` to some, ``asked`` about;
    ``described``: those that are found unnamed, by their names among the works."""

    version: int
    day: date
    refused: EntryRules
    licensed: EntryRules
    asked: EntryRules
    described: Mapping[str, Right]


class RightsCheck:
    """``get_version`` is the number of the registry's last change, ``list_live`` gives that and
    what is live; ``handle_of`` who somebody is called; ``note_refusal`` counts a refusal;
    ``meaning`` reads what texts come close to, where there is one; ``today`` the day."""

    def __init__(
        self,
        get_version: Callable[[], Awaitable[int]],
        list_live: Callable[[], Awaitable[tuple[int, Sequence[Right]]]],
        handle_of: Callable[[str], Awaitable[str]],
        note_refusal: NoteRefusal,
        meaning: PromptReaderProcess | None = None,
        today: Callable[[], date] = current_day,
    ) -> None:
        self._get_version = get_version
        self._list_live = list_live
        self._handle_of = handle_of
        self._note_refusal = note_refusal
        self._meaning = meaning
        self._shipped = meaning.known_works if meaning else ()
        self._today = today
        self._layer = make_layer(0, (), today())
        self._making = asyncio.Lock()

    async def admit_rights(self, text: str, person_id: str, dialogue: Dialogue) -> RightsFound:
        """The licences that a text of a person is drawn with, and the question that they have
        answered. Raises Refused: it is not drawn, or they are asked first."""
        found = await self.find_rights(text, person_id, dialogue)
        refusal = found.refusal
        if refusal is not None and not (dialogue.mine and refusal.ask):
            await self._note_refusal(refusal, text, found.entry)
            raise Refused(refusal)
        return found

    async def find_rights(
        self, text: str, person_id: str, dialogue: Dialogue = ALONE
    ) -> RightsFound:
        """Why a text is not drawn for a person, or is asked about (``code`` is ``rights-ask``);
        and the licences that it is drawn with."""
        layer = await self.load_layer()
        handle = await self._handle_of(person_id) if layer.licensed.rules else ""
        named = await asyncio.to_thread(judge_rights, text, handle, layer, dialogue)
        if (
            not layer.described
            or self._meaning is None
            or (named.refusal and not named.refusal.ask)
        ):
            return named
        known = Described(layer.described, self._meaning.works)
        said, on_air = join_dialogue(text, dialogue), dialogue.stage == "steering"
        read = self._meaning.read_text
        found = await find_described(said, handle, known, read, on_air=on_air)
        told = merged_rights(named, found)
        if told.refusal is None:
            return told
        said_by = {"stage": dialogue.stage, "rules_version": version_name(layer.version)}
        return replace(told, refusal=replace(told.refusal, **said_by))

    async def load_layer(self) -> RightsLayer:
        """The registry as it is now."""
        # Asked with each prompt: one row by its key, where a hint on the bus could be missed.
        known = await self._get_version(), self._today()
        if known == (self._layer.version, self._layer.day):
            return self._layer
        async with self._making:
            version, rights = await self._list_live()
            if (version, known[1]) != (self._layer.version, self._layer.day):
                self._layer = await asyncio.to_thread(make_layer, version, rights, known[1])
                if self._meaning is not None:
                    described = map(work_of, self._layer.described.values())
                    self._meaning.set_works((*self._shipped, *described))
        return self._layer


def make_layer(version: int, rights: Sequence[Right], day: date) -> RightsLayer:
    """The rules of what is live; 7 ms of CPU for a hundred entries."""
    parts: dict[str, list[Right]] = {"refuse": [], "licence": [], "ask": []}
    for one in rights:
        if is_enforced(one, day):
            parts[one.mode if one.state == "confirmed" else "ask"].append(one)
    refused, licensed, asked = (entry_rules(part, day) for part in parts.values())
    return RightsLayer(version, day, refused, licensed, asked, described_rights(rights, day))


def merged_rights(named: RightsFound, found: RightsFound) -> RightsFound:
    """What is said of a text by its names and by what it describes: what refuses it before what
    asks. Pure."""
    licences = {one.entry: one for one in (*named.licences, *found.licences)}
    told = named if named.refusal and not (found.refusal and not found.refusal.ask) else found
    return replace(told, licences=tuple(licences.values()))


def version_name(version: int) -> str:
    """The number of the registry's log, as refusals say it. Pure."""
    return f"registry {version}"


def entry_rules(rights: Sequence[Right], day: date) -> EntryRules:
    """Entries as rules of their own."""
    file = rights_layer(rights, day)
    by_id = {one.id: one for one in rights}
    found = {}
    for group in file.names:
        for name in group.list:
            right_id = name.name.rpartition("(")[2].rstrip(")")
            found[rule_of_name(group, name)] = by_id[right_id]
    return EntryRules(Rules(file, "rights") if file.names else None, found)


def judge_rights(
    text: str, handle: str, layer: RightsLayer, dialogue: Dialogue = ALONE
) -> RightsFound:
    """What a layer says of a text of somebody and of all of it together with what it goes on from,
    what refuses it before what asks. A remix draws anew what its parents name; a clip on air is
    its author's, and a line answers for what the line adds. Pure."""
    said, on_air = join_dialogue(text, dialogue), dialogue.stage == "steering"
    licences = list[Licence]()

    def from_before(right: Right) -> bool:
        alone = entry_rules((right,), layer.day)
        return names_entry(said.before, alone) and not names_entry(text, alone)

    def is_settled(right: Right) -> bool:
        """A line of steering is not to blame for what was named before it."""
        return on_air and from_before(right)

    def is_licensed(right: Right) -> bool:
        if handle and handle in right.licensed:
            # A text may name several: each wants a licence of its own.
            licences.append(Licence(right.id, right.name, right.holder, right.terms))
            return True
        return is_settled(right)

    found = _first_refusal(said, layer.refused, layer.day, is_settled)
    found = found or _first_refusal(said, layer.licensed, layer.day, is_licensed)
    # What was asked about before has been answered.
    found = found or _first_refusal(said, layer.asked, layer.day, from_before)
    if found is None:
        return RightsFound(None, tuple(licences))
    refusal, right = found
    told = replace(_with_words(refusal, right), stage=dialogue.stage)
    told = replace(told, rules_version=version_name(layer.version))
    return RightsFound(told, tuple(licences), right.id, right.state != "confirmed")


def names_entry(text: str, entries: EntryRules) -> bool:
    """Whether a text names one of them. Pure."""
    return entries.rules is not None and decide(text, entries.rules) is not None


def _first_refusal(
    said: WholeText, entries: EntryRules, day: date, passes: Callable[[Right], bool]
) -> tuple[Refusal, Right] | None:
    """The first of the entries that is named and does not ``pass``, and what it says."""
    while found := _named(said, entries):
        _, right = found
        if not passes(right):
            return found
        entries = entry_rules([one for one in entries.by_rule.values() if one is not right], day)
    return None


def _named(said: WholeText, entries: EntryRules) -> tuple[Refusal, Right] | None:
    """An entry that a text names, or else all of it together."""
    if entries.rules is None:
        return None
    refusal = decide(said.text, entries.rules)
    if refusal is None and said.whole:
        refusal = decide(said.whole, entries.rules)
        # What might be asked for instead is a wording of all of it.
        refusal = replace(refusal, rewordings=(), allowed=None) if refusal else None
    return (refusal, entries.by_rule[refusal.rule]) if refusal else None


def _with_words(refusal: Refusal, right: Right) -> Refusal:
    """A refusal with the words of its entry: what was not looked at, or only asks, is a question.
    Pure."""
    asks = right.state != "confirmed" or right.mode == "ask"
    words = UNANSWERED if asks else MESSAGE
    if right.mode == "licence" and not asks:
        words = LICENSED
    message = words.format(name=right.name, holder=right.holder, terms=right.terms)
    return replace(
        refusal,
        code=ASKS if asks else "rights",
        message=message,
        ask=asks,
        entry=right.name,
        rule=PREFIX + right.id,
        appeal=f"/v1/rights/{right.id}/contests",
    )
