"""The one place that names concrete classes and puts them together."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import cached_property
from threading import BoundedSemaphore
from types import TracebackType
from typing import Self

from api.settings import EncoderSettings, RerankerSettings, Settings
from finder.access import Viewer
from finder.documents import Scoring
from finder.domain import Language, PersonId
from finder.errors import BusyError, LoadingError
from finder.people import Voting
from finder.ports import Encoder
from finder.reranking import Reranking
from finder.retrieval import Depth, Retriever
from finder.service import Finder
from finder.skills import SkillFinder
from finder.stages import Observer, unobserved
from indexers.annotation import Annotator
from indexers.catalogue.database import Database
from indexers.catalogue.library import SqlLibrary
from indexers.catalogue.queue import Priority
from indexers.clicks import ClickLog
from indexers.dense.index import DenseIndex
from indexers.dense.writer import check_encoder
from indexers.lexical.index import LexicalIndex
from indexers.lexical.known import KnownWords, standard_words
from indexers.lexical.translation import Translator, standard_translator
from indexers.lock import writing
from indexers.mending import mend
from indexers.parsing import Limits, ParserPool
from indexers.pipeline import Pipeline
from indexers.preparation import Tools
from indexers.receiving import Delivery
from indexers.taxonomy.excluded import STANDARD_FILE, ExcludedTopics, read_excluded
from indexers.taxonomy.expander import SkillExpander
from indexers.taxonomy.index import MentionIndex
from indexers.taxonomy.mentions import MentionWriter
from indexers.working import PARSERS, Worker
from models.cache import CachedQueries
from models.e5 import ensure_e5
from models.encoder import SentenceTransformersEncoder
from models.hashing import HashingEncoder
from models.language import LangidDetector
from models.lazy import LazyEncoder
from models.reranker import CrossEncoderReranker

CATALOGUE = "catalogue.sqlite"

_OCR_SECONDS = 1_800.0
"""What a file may take where scanned pages are recognised: some 500 of them, at 3 seconds each."""


class Installation:
    """Finder on one data folder: what is there, what asks it, and what fills it.

    Args:
        settings: How it is configured.
        encoder: Makes the vectors; by default the one that is configured, built when needed.
        patient: Whether a question waits for the encoder to be built. A server, which builds it
            in the background, answers by words until it is there.
        observe: Is told how long each stage of an answer took.
        clock: Gives the present, for the age of evidence.

    Raises:
        StorageError: The data folder cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        encoder: Encoder | None = None,
        patient: bool = True,
        observe: Observer = unobserved,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings = settings
        self.database = Database(settings.data / CATALOGUE)
        self.encoder = LazyEncoder(lambda: encoder or build_encoder(settings.encoder))
        # Held by each answer: more at once than there are cores only wait for each other.
        self.answering = BoundedSemaphore(os.cpu_count() or 1)
        self._patient = patient
        self._observe = observe
        self._clock = clock

    @cached_property
    def library(self) -> SqlLibrary:
        """Reads the catalogue."""
        return SqlLibrary(self.database)

    @cached_property
    def finder(self) -> Finder:
        """Answers questions."""
        preferred = Scoring() if self.settings.ranking.preference else Scoring(preference=0.0)
        return self.finder_with(scoring=preferred)

    def finder_with(
        self,
        *,
        depth: Depth | None = None,
        scoring: Scoring | None = None,
        voting: Voting | None = None,
        words: LexicalIndex | None = None,
    ) -> Finder:
        """Answers questions in another way, so that it can be measured what each part is worth."""
        retriever = Retriever(
            words or self._words,
            self._meaning,
            encoder=self._queries,
            depth=depth,
            observe=self._observe,
        )
        return Finder(
            self.library,
            retriever,
            scoring=scoring,
            voting=voting,
            reranking=self._reranking,
            clock=self._clock,
            observe=self._observe,
        )

    @cached_property
    def _words(self) -> LexicalIndex:
        return self.words_with()

    def words_with(
        self,
        *,
        translator: Translator | None = None,
        known: Callable[[], KnownWords] = standard_words,
    ) -> LexicalIndex:
        """Finds by words, with another dictionary or other words that are no mistakes."""
        return LexicalIndex(
            self.database,
            expander=self.expander,
            translator=translator or standard_translator(),
            known=known,
        )

    @cached_property
    def expander(self) -> SkillExpander:
        """Tells by what else the skills that a query names are found."""
        return SkillExpander(self.database, self.excluded_topics)

    @cached_property
    def skills(self) -> SkillFinder:
        """Tells what people know by what they wrote."""
        return SkillFinder(self.library, MentionIndex(self.database, self.excluded_topics))

    @cached_property
    def click_log(self) -> ClickLog:
        """What was opened from which queries, if the organisation keeps that."""
        kept = self.settings.click_log
        return ClickLog(
            self.database,
            self.library,
            excluded=self.excluded_topics,
            days=kept.days if kept.enabled else 0,
            clock=self._clock,
        )

    @cached_property
    def excluded_topics(self) -> ExcludedTopics:
        """What is never taken for a skill.

        Raises:
            SettingsError: The organisation's own list cannot be used.
        """
        own = self.settings.excluded_topics
        return read_excluded([STANDARD_FILE, *([own] if own else [])])

    @cached_property
    def _meaning(self) -> DenseIndex:
        return DenseIndex(self.database)

    @cached_property
    def _queries(self) -> CachedQueries:
        return CachedQueries(LazyEncoder(self._checked_encoder))

    @cached_property
    def _reranking(self) -> Reranking | None:
        reranker = build_reranker(self.settings.reranker, patient=self._patient)
        if reranker is None:
            return None
        return Reranking(self.library, reranker, first=self.settings.reranker.first)

    @cached_property
    def _detector(self) -> LangidDetector:
        return LangidDetector()

    def viewer(self) -> Viewer:
        """Who asks, as long as no identity is configured: one local member."""
        viewer = self.settings.viewer
        person = None if viewer.person is None else PersonId(viewer.person)
        return self.library.viewer(person, member=viewer.member)

    def mend(self, purpose: str) -> None:
        """Mend where catalogue and indexes differ, unless somebody writes, who did.

        Args:
            purpose: What for, as others who would write will read it.
        """
        with suppress(BusyError), writing(self.settings.data, purpose):
            mend(self.database)

    def look_for_skills(self, purpose: str, progress: Callable[[int], None]) -> bool:
        """Find the skills that texts name, unless somebody writes, who will.

        Args:
            purpose: What for, as others who would write will read it.
            progress: Is told how many passages were looked through.

        Returns:
            Whether it is done.
        """
        try:
            with writing(self.settings.data, purpose):
                MentionWriter(self.database).follow(progress)
        except BusyError:
            return False
        return True

    def deliver(self, priority: Priority) -> Delivery:
        """What takes records into the queue; it needs no lock."""
        return Delivery(self.database, priority=priority)

    @contextmanager
    def filling(self, purpose: str) -> Iterator[Pipeline]:
        """What receives records and works on them itself, with the writer's lock held.

        Args:
            purpose: What for, as others who would write will read it.

        Raises:
            BusyError: Another process writes.
        """
        with self._writing(purpose) as tools, closing(Pipeline(self.database, tools=tools)) as it:
            yield it

    @contextmanager
    def working(self, purpose: str) -> Iterator[Worker]:
        """What settles the queue's jobs, with the writer's lock held.

        Args:
            purpose: What for, as others who would write will read it.

        Raises:
            BusyError: Another process writes.
        """
        with self._writing(purpose) as tools, closing(Worker(self.database, tools)) as worker:
            yield worker

    @contextmanager
    def _writing(self, purpose: str) -> Iterator[Tools]:
        ocr = self.settings.ocr
        limits = Limits(seconds=_OCR_SECONDS) if ocr else Limits()
        pool = ParserPool(PARSERS, limits=limits, ocr=ocr)
        with writing(self.settings.data, purpose), pool as parsers:
            mend(self.database)
            yield Tools(
                parsers=parsers,
                encoder=self.encoder,
                annotator=Annotator(
                    detector=self._detector,
                    default_language=Language(self.settings.language),
                ),
            )

    def close(self) -> None:
        """Let go of the data folder."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _checked_encoder(self) -> Encoder:
        """The encoder, if it is there and is the one that made the vectors."""
        if not (self._patient or self.encoder.built):
            raise LoadingError(
                "The model that tells meaning is not loaded: ask again in a few seconds, or by "
                "words; if this lasts, 'finder doctor' tells why."
            )
        check_encoder(self.database, self.encoder.identity)
        return self.encoder


def build_encoder(settings: EncoderSettings) -> Encoder:
    """The encoder that is configured.

    Raises:
        DependencyError: A library or the model is missing.
    """
    if settings.name == "hashing":
        return HashingEncoder()
    return SentenceTransformersEncoder(
        ensure_e5() if settings.name == "e5" else settings.name,
        query_prompt=settings.query_prompt,
        passage_prompt=settings.passage_prompt,
        device=settings.device,
    )


def build_reranker(settings: RerankerSettings, *, patient: bool) -> CrossEncoderReranker | None:
    """The reranker that is configured, if one is; it is loaded when it is first needed.

    Args:
        settings: Which.
        patient: Whether whoever asks waits for it.
    """
    if settings.name is None:
        return None
    return CrossEncoderReranker(
        settings.name,
        seconds=settings.budget_ms / 1_000,
        patient=patient,
        device=settings.device,
    )
