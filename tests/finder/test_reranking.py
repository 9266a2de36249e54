"""A better order for the first results: what it changes, and what it must not."""

from collections.abc import Sequence

import numpy as np
import pytest
from organisation import NOW, Organisation

from finder.corpus import Floats
from finder.domain import Document, PersonId
from finder.fusion import GRID, Part
from finder.query import Mode, understand
from finder.reranking import Reranking
from finder.retrieval import Retriever
from finder.service import Finder


class ShortestFirst:
    """Prefers short texts, has time for some, and remembers what it was shown."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.shown: list[str] = []

    def scores(self, _query: str, texts: Sequence[str]) -> Floats:
        self.shown += texts
        return -np.array([len(text) for text in texts[: self._most]], dtype=np.float64)


@pytest.fixture
def documents(organisation: Organisation) -> Organisation:
    ana = (PersonId("ana"),)
    organisation.take(
        *(
            Document(
                id=f"d{n}",
                title=f"Facture {n}",
                text="facture " * (n + 1) + "à payer " * (7 * n % 11),
                authors=ana,
            )
            for n in range(12)
        ),
        Document(id="secret", title="Facture secrète", text="facture", authors=ana, acl=()),
    )
    return organisation


def finder(organisation: Organisation, reranker: ShortestFirst, *, first: int = 50) -> Finder:
    retriever = Retriever(organisation.words, organisation.meaning, encoder=organisation.encoder)
    reranking = Reranking(organisation.library, reranker, first=first)
    return Finder(organisation.library, retriever, reranking=reranking, clock=lambda: NOW)


def test_the_first_are_put_in_its_order_and_the_others_stay(documents: Organisation) -> None:
    query, viewer = understand("facture"), documents.viewer()
    before = documents.search("facture", mode=Mode.HYBRID).items
    reranker = ShortestFirst(5)
    after = finder(documents, reranker).search(query, viewer, limit=50).items

    assert len(reranker.shown) == len(before)
    lengths = dict(zip([found.key.id for found in before], map(len, reranker.shown), strict=True))
    first = sorted((found.key.id for found in before[:5]), key=lengths.__getitem__)
    assert [found.key.id for found in after] == first + [found.key.id for found in before[5:]]
    assert [found.key.id for found in after] != [found.key.id for found in before]


def test_scores_fall_and_their_parts_sum_to_them(documents: Organisation) -> None:
    query, viewer = understand("facture"), documents.viewer()
    before = documents.search("facture", mode=Mode.HYBRID).items
    after = finder(documents, ShortestFirst(50)).search(query, viewer, limit=50).items

    assert [found.score for found in after] == [found.score for found in before]
    assert any(found.parts[Part.MOVED] for found in after)
    for found in after:
        assert sum(found.parts.values()) == found.score
        assert all(part % GRID == 0.0 for part in found.parts.values())


def test_every_page_has_the_same_order(documents: Organisation) -> None:
    query, viewer = understand("facture"), documents.viewer()
    asked = finder(documents, ShortestFirst(50), first=6)
    whole = [found.key.id for found in asked.search(query, viewer, limit=50).items]
    pages = [asked.search(query, viewer, offset=n, limit=4).items for n in (0, 4, 8)]
    assert [found.key.id for page in pages for found in page] == whole
    assert [id_ for id_, _ in asked.ranked_records(query, viewer)] == whole


def test_what_may_not_be_read_is_not_shown_to_it(documents: Organisation) -> None:
    reranker = ShortestFirst(50)
    finder(documents, reranker).search(understand("facture"), documents.viewer(), limit=50)
    assert reranker.shown
    assert not any("secrète" in text for text in reranker.shown)


def test_words_and_people_are_left_alone(documents: Organisation) -> None:
    reranker = ShortestFirst(50)
    asked, viewer = finder(documents, reranker), documents.viewer()
    by_words = asked.search(understand("facture", mode=Mode.WORDS), viewer)
    people = asked.experts(understand("facture"), viewer)
    assert by_words.items
    assert not any(Part.MOVED in found.parts for found in by_words.items)
    assert people.items == documents.experts("facture", mode=Mode.HYBRID).items[:10]
    assert reranker.shown == []
