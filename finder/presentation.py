"""From ranked numbers to what a reader sees: records, snippets, people with their evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from finder.corpus import ROLES, Ints, Readable
from finder.documents import RankedRecords
from finder.domain import Document, PersonId, Record, Role, last_change
from finder.people import RankedPeople, Votes
from finder.ports import Library, StoredRecord, WordScorer
from finder.results import Evidence, FoundPassage, FoundPerson, FoundRecord
from finder.snippets import snippet
from finder.versions import Folded


class Presenter:
    """Shows what was ranked. What has gone since it was found is left out.

    Args:
        library: Where the texts are.
        readable: What the viewer may read.
        words: Shows where the query's words are.
    """

    def __init__(self, library: Library, readable: Readable, *, words: WordScorer) -> None:
        self._library = library
        self._readable = readable
        self._words = words

    def records(self, ranked: RankedRecords) -> Mapping[int, FoundRecord]:
        """Ranked records, by their position."""
        numbers = self._readable.corpus.records[ranked.records].tolist()
        stored = self._library.records(numbers)
        passages = self._library.passages(ranked.best.tolist())
        scores = ranked.relevance.total.tolist()
        parts = {part: values.tolist() for part, values in ranked.relevance.parts.items()}
        shown = {}
        for position, (number, best) in enumerate(zip(numbers, ranked.best.tolist(), strict=True)):
            if number in stored and best in passages:
                passage = passages[best]
                matches = self._words.matches(passage.text, passage.id)
                shown[position] = FoundRecord(
                    record=stored[number].record,
                    score=scores[position],
                    parts={part: values[position] for part, values in parts.items()},
                    passage=FoundPassage(
                        snippet=snippet(passage.text, matches),
                        heading=passage.heading,
                        page=passage.page,
                    ),
                )
        return shown

    def versions(self, folded: Folded, places: Ints) -> list[FoundRecord]:
        """Some records of a folded ranking, each with the others that it stands for."""
        chosen = folded.ranked.take(places)
        rows = chosen.records.tolist()
        others = {row: folded.versions.get(row, ()) for row in rows}
        numbers = self._readable.corpus.records
        wanted = [int(numbers[other]) for held in others.values() for other in held]
        stored = self._library.records(wanted) if wanted else {}
        return [
            replace(
                shown,
                versions=[
                    stored[number].record
                    for number in (int(numbers[other]) for other in others[rows[position]])
                    if number in stored
                ],
            )
            for position, shown in self.records(chosen).items()
        ]

    def people(
        self, people: RankedPeople, ranked: RankedRecords, *, places: Sequence[int], limit: int
    ) -> list[FoundPerson]:
        """Some of the people ranked, each with their strongest evidence.

        Args:
            people: The ranking.
            ranked: The records that voted.
            places: Which places of the ranking to show, from 0.
            limit: How many records to show for each person.
        """
        numbers = [int(people.people[place]) for place in places]
        known = self._library.people(numbers)
        votes = [people.votes_for(number) for number in numbers]
        found = self._voters(people.votes, ranked, [mine[:limit] for mine in votes])
        return [
            FoundPerson(
                id=known[number].id,
                profile=self._profile(known[number].profile),
                named=bool(people.named[place]),
                rank=place + 1,
                score=float(people.scores[place]),
                evidence=(
                    evidence := [
                        _evidence(people.votes, int(vote), found, known[number].id)
                        for vote in mine[:limit]
                        if int(people.votes.position[vote]) in found
                    ]
                ),
                rest=float(people.scores[place]) - sum(e.contribution for e in evidence),
                rest_count=len(mine) - len(evidence),
            )
            for place, number, mine in zip(places, numbers, votes, strict=True)
            if number in known
        ]

    def unranked(self, person: PersonId, number: int | None) -> FoundPerson:
        """Somebody for whom nothing speaks."""
        known = [] if number is None else list(self._library.people([number]).values())
        return FoundPerson(
            id=person,
            profile=self._profile(known[0].profile) if known else None,
            named=False,
            rank=None,
            score=0.0,
            evidence=[],
            rest=0.0,
            rest_count=0,
        )

    def _voters(
        self, votes: Votes, ranked: RankedRecords, chosen: Sequence[Ints]
    ) -> Mapping[int, FoundRecord]:
        """The records behind some votes, by their position in the ranking of records."""
        if not chosen:
            return {}
        positions = np.unique(votes.position[np.concatenate(chosen)])
        shown = self.records(ranked.take(positions))
        return {int(positions[i]): found for i, found in shown.items()}

    def _profile(self, stored: StoredRecord | None) -> Record | None:
        """A profile that may not be read is as if it were not there."""
        if stored is None or not self._readable.holds(stored.number):
            return None
        return stored.record


def _evidence(
    votes: Votes, vote: int, found: Mapping[int, FoundRecord], person: PersonId
) -> Evidence:
    voter = found[int(votes.position[vote])]
    role = ROLES[int(votes.role[vote])]
    return Evidence(
        found=voter,
        role=role,
        role_name=_role_name(voter.record, person, role),
        at=last_change(voter.record),
        contribution=float(votes.value[vote]),
        strength=float(votes.strength[vote]),
        role_weight=float(votes.weight[vote]),
        share=float(votes.shared[vote]),
        recency=float(votes.recency[vote]),
        order=float(votes.order[vote]),
        presence=float(votes.presence[vote]),
    )


def _role_name(record: Record, person: PersonId, role: Role) -> str:
    """The name that the source gives to a role that Finder does not know."""
    if role is Role.CONTRIBUTOR and isinstance(record, Document):
        for contribution in record.contributors:
            if contribution.person == person and contribution.role not in set(Role):
                return contribution.role
    return role.value
