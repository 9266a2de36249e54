"""The line from a question to an answer: retrieve, rank records, rank people, show."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

import numpy as np

from finder.access import Viewer
from finder.corpus import SECONDS_A_DAY, WRITTEN, Ints, Readable
from finder.documents import RankedRecords, Scoring, led_by, newest_first, rank_records
from finder.domain import PersonId, RecordKey, key_of
from finder.errors import EncodingError, NotFoundError
from finder.naming import Naming
from finder.narrowing import Narrowing
from finder.neighbours import Compared, compared, with_neighbours
from finder.people import RankedPeople, Voting, rank_people, standing
from finder.ports import Library, StoredRecord, WordScorer
from finder.preference import with_preference
from finder.presentation import Presenter
from finder.query import Mode, Query
from finder.reranking import Reranking
from finder.results import Explanation, FoundPerson, FoundRecord, Page
from finder.retrieval import Retriever
from finder.stages import Observer, stage, unobserved
from finder.threads import with_answers
from finder.versions import Folded, Folding

EVIDENCE_SHOWN = 3
"""How many records speak for each person in a list of people."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Found:
    """Records that answer a query, ranked, with what is needed to show them."""

    ranked: RankedRecords
    named: Ints
    readable: Readable
    within: Readable
    mode: Mode
    asked: str
    corrected: str | None
    words: WordScorer
    complete: bool


def _now() -> datetime:
    return datetime.now(UTC)


def _as_asked(found: _Found, query: Query) -> _Found:
    """What was found, if by the evidence that was asked for: else its judgement misleads."""
    if found.mode is not query.mode:
        raise EncodingError(
            f"'{query.text}' was asked by {query.mode} and answered by {found.mode} alone;"
            " the log says why"
        )
    return found


class Finder:
    """Answers who knows and where it is written, for a viewer.

    Args:
        library: Reads the catalogue.
        retriever: Proposes candidates.
        scoring: The constants of the ranking of records.
        voting: The constants of the people ranking.
        reranking: Puts the first documents and posts in a better order, where there is time.
        clock: Gives the present, for the age of evidence.
        observe: Is told how long each stage took.
    """

    def __init__(  # noqa: PLR0913 - most have a default
        self,
        library: Library,
        retriever: Retriever,
        *,
        scoring: Scoring | None = None,
        voting: Voting | None = None,
        reranking: Reranking | None = None,
        clock: Callable[[], datetime] = _now,
        observe: Observer = unobserved,
    ) -> None:
        self._library = library
        self._retriever = retriever
        self._narrowing = Narrowing(library, retriever.words)
        self._naming = Naming(library, retriever.words)
        self._folding = Folding(library)
        self._scoring = scoring or Scoring()
        self._voting = voting or Voting()
        self._reranking = reranking
        self._clock = clock
        self._observe = observe

    def follow(self, viewer: Viewer) -> None:
        """Read what answers need, so that the first question need not wait for it."""
        self._retriever.follow(self._library.readable(self._library.corpus(), viewer))

    def search(
        self, query: Query, viewer: Viewer, *, offset: int = 0, limit: int = 10
    ) -> Page[FoundRecord]:
        """Documents and posts, best first."""
        found = self._find(query, viewer, into=True)
        with stage("fold", self._observe):
            folded = self._folded(found)
        folded = replace(folded, ranked=self._reranked(found, folded.ranked))
        total = len(folded.ranked.records)
        end = min(offset + limit, total)
        with stage("show", self._observe):
            shown = self._presenter(found).versions(folded, np.arange(offset, end))
        return _page(found, shown, total=total, end=end)

    def experts(
        self, query: Query, viewer: Viewer, *, offset: int = 0, limit: int = 10
    ) -> Page[FoundPerson]:
        """People who know, best first, each with the evidence that ranks them."""
        found = self._find(query, viewer, by_name=True)
        people = self._rank_people(found)
        end = min(offset + limit, len(people.people))
        with stage("show", self._observe):
            shown = self._presenter(found).people(
                people, found.ranked, places=range(offset, end), limit=EVIDENCE_SHOWN
            )
        return _page(found, shown, total=len(people.people), end=end)

    def explain(self, query: Query, viewer: Viewer, *, person: PersonId) -> Explanation:
        """One person's rank and score for a query, with every record that counts.

        The viewer is told of themselves how they stand, even where nothing speaks for them.

        Raises:
            NotFoundError: Nothing that the viewer may read speaks for somebody else.
        """
        found = self._find(query, viewer, by_name=True)
        people = self._rank_people(found)
        number = self._library.person_number(person)
        places = [] if number is None else np.flatnonzero(people.people == number).tolist()
        presenter = self._presenter(found)
        shown = presenter.people(people, found.ranked, places=places, limit=len(people.votes.value))
        if person == viewer.person:
            return Explanation(
                person=shown[0] if shown else presenter.unranked(person, number),
                standing=standing(found.readable, people, number),
            )
        if not shown:
            raise NotFoundError(
                f"Nothing that you may read speaks for {person} on {query.typed!r}."
            )
        return Explanation(person=shown[0], standing=None)

    def record(self, key: RecordKey, viewer: Viewer) -> StoredRecord:
        """A record that the viewer may read.

        Raises:
            NotFoundError: There is none, or it may not be read; the answer is the same.
        """
        stored = self._library.find(key)
        readable = self._library.readable(self._library.corpus(), viewer)
        if stored is None or not readable.holds(stored.number):
            raise NotFoundError(f"There is no {key.kind} {key.id!r} that you may read.")
        return stored

    def ranked_people(self, query: Query, viewer: Viewer) -> list[tuple[str, float]]:
        """Ids and scores of all people found, for evaluation: nothing is shown.

        Raises:
            EncodingError: Words answered alone; the log says why.
        """
        people = self._rank_people(_as_asked(self._find(query, viewer, by_name=True), query))
        numbers = people.people.tolist()
        known = self._library.people(numbers)
        scored = zip(numbers, people.scores.tolist(), strict=True)
        return [(known[number].id, score) for number, score in scored if number in known]

    def ranked_records(self, query: Query, viewer: Viewer) -> list[tuple[str, float]]:
        """Ids and scores of all documents and posts found, for evaluation: nothing is shown.

        Raises:
            EncodingError: Words answered alone; the log says why.
        """
        found = _as_asked(self._find(query, viewer, into=True), query)
        ranked = self._reranked(found, self._documents(found)[0])
        numbers = found.readable.corpus.records[ranked.records].tolist()
        stored = self._library.records(numbers)
        scored = zip(numbers, ranked.relevance.total.tolist(), strict=True)
        return [(key_of(stored[n].record).id, score) for n, score in scored if n in stored]

    def _find(
        self, query: Query, viewer: Viewer, *, by_name: bool = False, into: bool = False
    ) -> _Found:
        corpus = self._library.corpus()
        readable = self._library.readable(corpus, viewer)
        with stage("narrow", self._observe):
            within = self._narrowing.narrowed(readable, query)
            named = self._naming.named(query.subject if by_name else "", within)
        if named.size:  # a name is no mistake
            query = replace(query, as_typed=True)
        candidates = self._retriever.retrieve(query, readable, within=within, into=into)
        with stage("rank", self._observe):
            ranked = rank_records(
                corpus,
                candidates.passages,
                candidates.relevance,
                breadth=self._scoring.breadth,
            )
            if not query.text:
                ranked = newest_first(corpus, ranked)
            if named.size:
                ranked = led_by(corpus, ranked, named)
        return _Found(
            ranked=ranked,
            named=named,
            readable=readable,
            within=within,
            mode=candidates.mode,
            asked=candidates.asked,
            corrected=None if candidates.asked == query.text else candidates.asked,
            words=candidates.words,
            complete=candidates.complete,
        )

    def _folded(self, found: _Found) -> Folded:
        """What answers "where is it written", each text once."""
        ranked, near = self._documents(found)
        if near is None:
            return Folded(ranked=ranked, versions={})
        return self._folding.folded(ranked, found.readable.corpus, near=near)

    def _documents(self, found: _Found) -> tuple[RankedRecords, Compared | None]:
        """What answers "where is it written", and what of it was compared.

        Conditions alone list it as it is. By words, nothing is compared: that answers without
        vectors, whatever is wrong with them.
        """
        ranked = _answering(found)
        near = None
        if found.mode is not Mode.WORDS:
            near = compared(ranked, self._retriever.meaning, found.readable)
        if not found.asked:
            return ranked, near
        if near is not None:
            ranked = with_neighbours(ranked, near.likeness, weight=self._scoring.neighbours)
        ranked = with_answers(
            found.within,
            ranked,
            reply=self._scoring.reply,
            accepted=self._scoring.accepted,
        )
        if most := self._scoring.preference:
            ranked = with_preference(found.readable, ranked, most=most, today=self._today())
        return ranked, near

    def _reranked(self, found: _Found, ranked: RankedRecords) -> RankedRecords:
        if self._reranking is None or found.mode is Mode.WORDS or not found.asked:
            return ranked
        with stage("rerank", self._observe):
            return self._reranking.reranked(found.asked, ranked)

    def _rank_people(self, found: _Found) -> RankedPeople:
        with stage("people", self._observe):
            return rank_people(
                found.readable,
                found.ranked,
                named=found.named,
                voting=self._voting,
                today=self._today(),
            )

    def _today(self) -> float:
        """In days since 1970."""
        return self._clock().timestamp() // SECONDS_A_DAY

    def _presenter(self, found: _Found) -> Presenter:
        return Presenter(self._library, found.readable, words=found.words)


def _answering(found: _Found) -> RankedRecords:
    kinds = found.readable.corpus.record_kind[found.ranked.records]
    return found.ranked.take(np.flatnonzero(WRITTEN[kinds]))


def _page(found: _Found, items: list[Item], *, total: int, end: int) -> Page[Item]:
    return Page(
        items=items,
        total=total,
        relation="eq" if found.complete else "gte",
        mode=found.mode,
        corrected=found.corrected,
        unmatched=() if found.named.size else found.words.unmatched(found.asked),
        next_offset=end if end < total else None,
    )
