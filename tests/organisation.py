"""A whole installation in a folder, of the same components that are shipped."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from finder.access import Viewer
from finder.corpus import Readable
from finder.domain import Deletion, Language, PersonId, Post, Record
from finder.ports import Encoder
from finder.query import Mode, understand
from finder.results import FoundPerson, FoundRecord, Page
from finder.retrieval import Retriever
from finder.service import Finder
from finder.skills import ShownSkill, SkillFinder
from indexers.annotation import Annotator
from indexers.catalogue.database import Database
from indexers.catalogue.library import SqlLibrary
from indexers.dense.index import DenseIndex
from indexers.lexical.index import LexicalIndex
from indexers.lexical.known import standard_words
from indexers.lexical.translation import standard_translator
from indexers.outcomes import Outcome
from indexers.parsing import ParserPool
from indexers.pipeline import Pipeline
from indexers.preparation import Tools
from indexers.sources import Refusal, SourceItem
from indexers.taxonomy.excluded import STANDARD_FILE, read_excluded
from indexers.taxonomy.expander import SkillExpander
from indexers.taxonomy.index import MentionIndex
from models.language import LangidDetector

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""When every test asks."""

EVERYTHING = 1_000_000

_detector = cache(LangidDetector)


@dataclass(frozen=True, slots=True)
class Given:
    """A source of records that a test holds."""

    records: tuple[Record | Deletion | SourceItem | Refusal, ...]
    feed: str | None = None

    @property
    def total(self) -> int:
        return len(self.records)

    def items(self) -> Iterator[SourceItem | Refusal]:
        for given in self.records:
            known = isinstance(given, SourceItem | Refusal)
            yield given if known else SourceItem(record=given)


class Organisation:
    """Fills and asks.

    Args:
        folder: Where its data lie; what is there already is opened again.
        parsers: Reads files and markup.
        encoder: Makes the vectors.
    """

    def __init__(self, folder: Path, parsers: ParserPool, *, encoder: Encoder) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.encoder = encoder
        self.database = Database(folder / "catalogue.sqlite")
        self.tools = Tools(
            parsers=parsers,
            encoder=encoder,
            annotator=Annotator(detector=_detector(), default_language=Language.FRENCH),
        )
        self.pipeline = Pipeline(self.database, tools=self.tools)
        self.library = SqlLibrary(self.database)
        excluded = read_excluded([STANDARD_FILE])
        self.words = LexicalIndex(
            self.database,
            expander=SkillExpander(self.database, excluded),
            translator=standard_translator(),
            known=standard_words,
        )
        self.meaning = DenseIndex(self.database)
        retriever = Retriever(self.words, self.meaning, encoder=encoder)
        self.finder = Finder(self.library, retriever, clock=lambda: NOW)
        self.skills = SkillFinder(self.library, MentionIndex(self.database, excluded))

    def take(self, *given: Record | Deletion | SourceItem | Refusal) -> list[Outcome]:
        """Ingest records, to be found by words and by meaning."""
        outcomes = list(self.pipeline.ingest(Given(given)))
        self.pipeline.encode()
        return outcomes

    def viewer(self, person: str | None = None, *, member: bool = True) -> Viewer:
        return self.library.viewer(None if person is None else PersonId(person), member=member)

    def readable(self, person: str | None = None) -> Readable:
        """What somebody may read."""
        return self.library.readable(self.library.corpus(), self.viewer(person))

    def search(
        self, text: str, person: str | None = None, *, mode: Mode = Mode.WORDS
    ) -> Page[FoundRecord]:
        query = understand(text, mode=mode)
        return self.finder.search(query, self.viewer(person), limit=EVERYTHING)

    def experts(
        self, text: str, person: str | None = None, *, mode: Mode = Mode.WORDS
    ) -> Page[FoundPerson]:
        query = understand(text, mode=mode)
        return self.finder.experts(query, self.viewer(person), limit=EVERYTHING)

    def found(self, text: str, person: str | None = None, *, mode: Mode = Mode.WORDS) -> list[str]:
        """The ids of what a search finds, best first."""
        return [item.key.id for item in self.search(text, person, mode=mode).items]

    def shown_skills(self, person: str, viewer: str | None = None) -> list[ShownSkill]:
        """What somebody's records show that they know."""
        return self.skills.shown_by(PersonId(person), self.viewer(viewer))

    def close(self) -> None:
        """Let go of everything."""
        self.pipeline.close()
        self.database.close()


NewOrganisation = Callable[..., Organisation]
"""Makes an empty organisation; takes ``encoder``."""


def french_post(name: str, text: str, **fields: object) -> Post:
    """A post whose language need not be told."""
    return Post(id=name, text=text, language="fr", **fields)  # type: ignore[arg-type]
