"""A made-up organisation of any size, the same for the same seed."""

import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import numpy as np

from eval.bench.vocabulary import Vocabulary

PASSAGE_CHARS = (590, 800)
"""The size of a paragraph, from and to, give or take a word: 110 words on average. Two paragraphs
do not fit in one passage and none is cut, so that paragraphs and passages are equal in number."""
SHORTEST_MEAN = 3
"""Characters to a word, its space included; no text of a hundred words has shorter ones."""
QUERY_WORDS = (2, 6)
"""The words of a query, from and to; four at the median, as people type."""
SENTENCE_WORDS = 18
POST_WORDS = (5, 35)
"""The words of a small post, from and to."""
DOCUMENT_PARAGRAPHS = (1, 20)
LATEST = datetime(2025, 6, 30, tzinfo=UTC)
DAYS = 5 * 365
"""How far back posts and documents go."""
OPEN_DOCUMENTS = 0.5
"""The share of documents that belong to no group: every member may read them."""

_ROLES = ("editor", "reviewer", "approver", "member", "commenter")
_FIRST_NAMES = (
    "Anne",
    "Karim",
    "Léa",
    "Hugo",
    "Inès",
    "Paul",
    "Fatou",
    "Luc",
    "Zoé",
    "Marc",
    "Aïcha",
    "Rémi",
    "Chloé",
    "Yann",
)
_LAST_NAMES = (
    "Morel",
    "Benali",
    "Petit",
    "Diallo",
    "Garnier",
    "Lopez",
    "Nguyen",
    "Roux",
    "Kervella",
    "Masson",
)

Fields = dict[str, object]
"""A record in the format of ``finder ingest``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """What to make up.

    Attributes:
        passages: How many passages its records make, exactly: one for each person and each
            post, one for each paragraph of a document, none for a group.
        seed: Another seed makes another organisation.
    """

    passages: int = 100_000
    seed: int = 20_250_630

    @property
    def people(self) -> int:
        """One passage in fifty is a profile."""
        return max(1, self.passages // 50)

    @property
    def groups(self) -> int:
        """One for twenty people; every third one is private."""
        return max(1, self.people // 20)

    @property
    def posts(self) -> int:
        """Half of the passages."""
        return (self.passages - self.people) // 2


def write_records(organisation: Organisation, file: Path) -> None:
    """Write an organisation's records as newline-delimited JSON."""
    with file.open("w", encoding="utf-8", newline="\n") as out:
        for record in _Writer(organisation).records():
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


def write_posts(count: int, file: Path, *, seed: int = 20_250_630) -> None:
    """Write small posts, as people chat, as newline-delimited JSON."""
    random = np.random.default_rng(seed)
    vocabulary = Vocabulary(random)
    with file.open("w", encoding="utf-8", newline="\n") as out:
        for number in range(count):
            words = vocabulary.draw(int(random.integers(*POST_WORDS, endpoint=True)), random)
            author = f"p{random.integers(1 + count // 100)}"
            post: Fields = {
                "type": "post",
                "id": f"small{number}",
                "authors": [author],
                "text": _sentences(words),
            }
            out.write(json.dumps(post, ensure_ascii=False) + "\n")


def queries(organisation: Organisation, count: int) -> list[str]:
    """Different queries in words of an organisation, as frequent in them as in its texts.

    Repeats are drawn again: the second of two equal queries would be timed from a cache.
    """
    vocabulary = Vocabulary(np.random.default_rng(organisation.seed))
    random = np.random.default_rng([organisation.seed, 1])
    drawn: dict[str, None] = {}
    while len(drawn) < count:
        words = int(random.integers(*QUERY_WORDS, endpoint=True))
        drawn[" ".join(vocabulary.draw_content(words, random))] = None
    return list(drawn)


class _Writer:
    """Makes up one organisation, record after record."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self._random = np.random.default_rng(organisation.seed)
        self._vocabulary = Vocabulary(self._random)

    def records(self) -> Iterator[Fields]:
        """People, groups, posts, documents."""
        organisation = self._organisation
        yield from (self._person(number) for number in range(organisation.people))
        yield from (self._group(number) for number in range(organisation.groups))
        yield from (self._post(number) for number in range(organisation.posts))
        left = organisation.passages - organisation.people - organisation.posts
        number = 0
        while left:
            paragraphs = min(left, self._between(*DOCUMENT_PARAGRAPHS))
            yield self._document(number, paragraphs)
            left -= paragraphs
            number += 1

    def _person(self, number: int) -> Fields:
        first, last = self._random.choice(_FIRST_NAMES), self._random.choice(_LAST_NAMES)
        return {
            "type": "person",
            "id": f"p{number}",
            "name": f"{first} {last}",
            "title": self._phrase(2),
            "skills": self._vocabulary.draw_content(self._between(2, 6), self._random),
            "about": _sentences(self._vocabulary.draw(SENTENCE_WORDS, self._random)),
        }

    def _group(self, number: int) -> Fields:
        return {
            "type": "group",
            "id": f"g{number}",
            "name": self._phrase(3),
            "members": self._some_people(self._between(5, 40)),
            "visibility": "public" if number % 3 else "private",
        }

    def _post(self, number: int) -> Fields:
        return {
            "type": "post",
            "id": f"post{number}",
            "authors": self._some_people(1),
            "text": self._paragraph(),
            "group": self._some_group(),
            "likes": self._some_people(self._between(0, 8)),
            "created_at": self._moment(),
        }

    def _document(self, number: int, paragraphs: int) -> Fields:
        helpers = self._some_people(self._between(0, 4))
        return {
            "type": "document",
            "id": f"doc{number}",
            "title": self._phrase(5),
            "text": "\n\n".join(self._paragraph() for _ in range(paragraphs)),
            "authors": self._some_people(self._between(1, 3)),
            "contributors": [
                {"person": person, "role": str(self._random.choice(_ROLES))} for person in helpers
            ],
            "group": None if self._random.random() < OPEN_DOCUMENTS else self._some_group(),
            "created_at": self._moment(),
        }

    def _between(self, low: int, high: int) -> int:
        return int(self._random.integers(low, high, endpoint=True))

    def _some_people(self, count: int) -> list[str]:
        """Squaring favours the first: a few people write, and are liked, far more than most."""
        drawn = (self._random.random(count) ** 2 * self._organisation.people).astype(int)
        return [f"p{number}" for number in np.unique(drawn)]

    def _some_group(self) -> str:
        return f"g{self._random.integers(self._organisation.groups)}"

    def _moment(self) -> str:
        moment = LATEST - timedelta(days=self._between(0, DAYS), minutes=self._between(0, 1439))
        return moment.isoformat()

    def _phrase(self, count: int) -> str:
        return " ".join(self._vocabulary.draw_content(count, self._random)).capitalize()

    def _paragraph(self) -> str:
        size = self._between(*PASSAGE_CHARS)
        words = self._vocabulary.draw(size // SHORTEST_MEAN, self._random)
        ends = list(accumulate(len(word) + 1 for word in words))
        return _sentences(words[: bisect_right(ends, size)])


def _sentences(words: list[str]) -> str:
    starts = range(0, len(words), SENTENCE_WORDS)
    return " ".join(
        " ".join(words[start : start + SENTENCE_WORDS]).capitalize() + "." for start in starts
    )
