"""The names behind ids, as far as the viewer may read them."""

from collections.abc import Collection, Iterable

from api.http.schemas import GroupRef, PersonRef
from finder.access import Viewer
from finder.domain import Document, Kind, Post, Record, RecordKey
from finder.ports import Library


class Names:
    """Looks names up for one viewer; each at most once, and those that are foreseen all at once.

    Args:
        library: Where the people and groups are.
        viewer: Who asks. What they may not read keeps its id for a name.
    """

    def __init__(self, library: Library, viewer: Viewer) -> None:
        self._library = library
        self._readable = library.readable(library.corpus(), viewer)
        self._known: dict[RecordKey, str] = {}

    def foresee(self, records: Iterable[Record]) -> None:
        """Look up the authors and groups of some records."""
        written = [record for record in records if isinstance(record, Document | Post)]
        people = [RecordKey(Kind.PERSON, author) for record in written for author in record.authors]
        groups = [RecordKey(Kind.GROUP, record.group) for record in written if record.group]
        self._look_up({*people, *groups})

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
            self._look_up({key})
        return self._known[key]

    def _look_up(self, keys: Collection[RecordKey]) -> None:
        found = self._library.titles(keys)
        for key in keys:
            titled = found.get(key)
            readable = titled is not None and self._readable.holds(titled.number)
            self._known[key] = (titled.title if titled and readable else "") or key.id
