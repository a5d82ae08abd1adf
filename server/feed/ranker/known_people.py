"""Who a feed process knows: those who came last as they are, all others packed."""

from typing import Final

from phosphene.feed.ranker.learner import Learner
from phosphene.feed.ranker.person import PersonState

AWAKE: Final = 256
"""People who are not packed, 20 kB each: who swipes is asked about several times in a row, and to
work out their taste anew each time takes longer than to learn what they did."""


class KnownPeople:
    """By their ids, who came last at the end."""

    def __init__(self, learner: Learner) -> None:
        self._learner = learner
        self._awake = dict[str, PersonState]()
        self._packed = dict[str, bytes]()

    def find_person(self, person_id: str) -> PersonState:
        """Who they are by now, a stranger where nothing is known; ``keep_person`` keeps a
        change."""
        person = self._awake.get(person_id) or self._unpacked(person_id)
        if person.fitted_to != self._learner.kinds.fits:
            self._learner.fit_own_taste(person)
        return person

    def _unpacked(self, person_id: str) -> PersonState:
        packed = self._packed.get(person_id)
        return PersonState.unpack(packed) if packed else PersonState()

    def keep_person(self, person_id: str, person: PersonState) -> None:
        """This is who they are, and they came last."""
        self.forget_person(person_id)
        self._awake[person_id] = person
        if len(self._awake) > AWAKE:
            eldest = next(iter(self._awake))
            self._packed[eldest] = self._awake.pop(eldest).pack()

    def forget_person(self, person_id: str) -> None:
        """Nothing is known of them any more."""
        self._awake.pop(person_id, None)
        self._packed.pop(person_id, None)

    def list_last(self, count: int) -> list[tuple[str, PersonState]]:
        """The ids and the states of those who came last."""
        ids = [*self._packed, *self._awake][-count:]
        return [(one, self.find_person(one)) for one in ids]
