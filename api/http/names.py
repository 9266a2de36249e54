"""The names behind ids, as far as the viewer may read them."""

from collections.abc import Iterable

from api.http.schemas import GroupRef, PersonRef
from finder.access import Viewer
from finder.domain import Group, Kind, Person, RecordKey
from finder.ports import Library


class Names:
    """Looks names up for one viewer; each at most once.

    Args:
        library: Where the people and groups are.
        viewer: Who asks. What they may not read keeps its id for a name.
    """

    def __init__(self, library: Library, viewer: Viewer) -> None:
        self._library = library
        self._readable = library.readable(library.corpus(), viewer)
        self._known: dict[RecordKey, str] = {}

    def person(self, person: str) -> PersonRef:
        """Somebody, by name."""
        return PersonRef(id=person, name=self._name(RecordKey(Kind.PERSON, person)))

    def people(self, people: Iterable[str]) -> list[PersonRef]:
        """Several, in their order."""
        return [self.person(person) for person in people]

    def group(self, group: str | None) -> GroupRef | None:
        """A group, by name."""
        if group is None:
            return None
        return GroupRef(id=group, name=self._name(RecordKey(Kind.GROUP, group)))

    def _name(self, key: RecordKey) -> str:
        if key not in self._known:
            stored = self._library.find(key)
            readable = stored is not None and self._readable.holds(stored.number)
            record = stored.record if stored and readable else None
            name = record.name if isinstance(record, Person | Group) else ""
            self._known[key] = name or key.id
        return self._known[key]
