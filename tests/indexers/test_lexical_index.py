"""The contract of indexes of words, and the index compared with a plain BM25."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from oracles import PlainBm25Index
from organisation import NewOrganisation, Organisation

from finder.bm25 import rarity
from finder.corpus import Readable
from finder.domain import Deletion, Document, Kind, Post, RecordKey
from finder.ports import WordIndex
from finder.query import Mode
from finder.snippets import Span
from indexers.lexical import counts
from indexers.lexical.index import LexicalIndex
from indexers.lexical.known import KnownWords

QUERIES = (
    "achat",
    "énergie",
    "C++ Node.js",
    "formation du développeur",
    "eau réseau facture budget marché audit",
    "eau eau eau",
    "assainissement R&D rendez-vous",
)

IMPLEMENTATIONS: dict[str, Callable[[Organisation], WordIndex]] = {
    "postings": lambda made: LexicalIndex(made.database),
    "plain": lambda made: PlainBm25Index(made.database),
}


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def index(request: pytest.FixtureRequest, population: Organisation) -> WordIndex:
    return IMPLEMENTATIONS[request.param](population)


@pytest.fixture(scope="module")
def everything(population: Organisation) -> Readable:
    return population.readable()


class TestContract:
    @pytest.mark.parametrize("depth", [1, 10, 100])
    def test_the_best_come_first_and_the_oldest_of_equals(
        self, index: WordIndex, everything: Readable, depth: int
    ) -> None:
        hits = index.scorer("achat énergie", everything).top(depth)
        assert len(hits.passages) == depth
        order = np.lexsort((hits.passages, -hits.scores))
        np.testing.assert_array_equal(order, np.arange(depth))

    def test_a_short_answer_is_the_start_of_a_long_one(
        self, index: WordIndex, everything: Readable
    ) -> None:
        scorer = index.scorer("achat", everything)
        long, short = scorer.top(50), scorer.top(5)
        np.testing.assert_array_equal(short.passages, long.passages[:5])
        np.testing.assert_array_equal(short.scores, long.scores[:5])

    def test_only_what_may_be_read_is_found(self, index: WordIndex, readable: Readable) -> None:
        hits = index.scorer("eau", readable).top(500)
        assert len(hits.passages)
        assert readable.contains(hits.passages).all()

    def test_scores_are_the_same_whoever_asks_for_them(
        self, index: WordIndex, everything: Readable
    ) -> None:
        scorer = index.scorer("achat énergie", everything)
        hits = scorer.top(20)
        backwards = scorer.score(hits.passages[::-1])
        np.testing.assert_allclose(backwards[::-1], hits.scores, rtol=0, atol=1e-12)

    def test_an_unknown_passage_scores_nothing(
        self, index: WordIndex, everything: Readable
    ) -> None:
        scores = index.scorer("eau", everything).score(np.array([10**9, 0]))
        np.testing.assert_array_equal(scores, [0.0, 0.0])

    @pytest.mark.parametrize("query", ["kiwi", "de la", "?!"])
    def test_words_that_nothing_holds_find_nothing(
        self, index: WordIndex, everything: Readable, query: str
    ) -> None:
        scorer = index.scorer(query, everything)
        assert len(scorer.top(10).passages) == 0
        np.testing.assert_array_equal(scorer.score(np.array([1, 2])), [0.0, 0.0])

    def test_matches_are_where_the_words_stand(
        self, index: WordIndex, everything: Readable
    ) -> None:
        text = "L’eau, les RESEAUX et le vin."
        assert index.scorer("réseau d'eau", everything).matches(text, 1) == [
            Span(0, 5),
            Span(11, 18),
        ]


@pytest.fixture(scope="module")
def plain(population: Organisation) -> PlainBm25Index:
    return PlainBm25Index(population.database)


@pytest.mark.parametrize("query", QUERIES)
def test_ids_scores_and_order_are_those_of_plain_bm25(
    query: str, population: Organisation, plain: PlainBm25Index, readable: Readable
) -> None:
    hits = population.words.scorer(query, readable).top(1_000)
    expected = plain.scorer(query, readable).top(1_000)
    np.testing.assert_array_equal(hits.passages, expected.passages)
    np.testing.assert_allclose(hits.scores, expected.scores, rtol=0, atol=1e-9)


def test_every_passage_found_or_not_has_the_score_of_plain_bm25(
    population: Organisation, plain: PlainBm25Index, readable: Readable
) -> None:
    passages = readable.corpus.passages[::7]
    passages = passages[readable.contains(passages)]
    query = "formation énergie eau"
    np.testing.assert_allclose(
        population.words.scorer(query, readable).score(passages),
        plain.scorer(query, readable).score(passages),
        rtol=0,
        atol=1e-9,
    )


def test_a_passage_has_a_share_of_its_whole_record(organisation: Organisation) -> None:
    def long(name: str, start: str, end: str, lines: int = 120, **fields: object) -> Document:
        text = "\n\n".join([start, *["pluie et vent sur la colline"] * lines, end])
        return replace(Document(id=name, title="Notes", text=text, language="fr"), **fields)

    organisation.take(
        long("one", "Le vin", "La neige"),
        long("both", "Le vin", "La facture"),
        long("hidden", "Le vin", "La facture", acl=()),
        long("two", "Le sel", "La facture", lines=45),
        Post(id="short", text="La facture", language="fr"),
    )
    seen = organisation.readable()
    owners = seen.corpus.passage_record[seen.contains(seen.corpus.passages)]
    assert set(np.bincount(owners).tolist()) > {1, 2}  # and more
    plain = PlainBm25Index(organisation.database)
    for query in ("vin", "vin facture", "notes neige", "sel facture"):
        hits = organisation.words.scorer(query, seen, whole=0.3).top(100)
        expected = plain.scorer(query, seen, whole=0.3).top(100)
        np.testing.assert_array_equal(hits.passages, expected.passages)
        np.testing.assert_allclose(hits.scores, expected.scores, rtol=0, atol=1e-9)
    found = [item.key.id for item in organisation.search("vin facture", mode=Mode.WORDS).items]
    assert found == ["short", "both", "two", "one"]


def test_what_is_read_in_parts_is_read_whole(
    population: Organisation, everything: Readable, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = LexicalIndex(population.database)
    whole.follow(everything)
    monkeypatch.setattr(counts, "_READ_AT_ONCE", 7)  # the last part is smaller
    in_parts = LexicalIndex(population.database)
    passages = everything.corpus.passages
    for query in QUERIES:
        np.testing.assert_array_equal(
            in_parts.scorer(query, everything).score(passages),
            whole.scorer(query, everything).score(passages),
        )
    mistyped = "assainisement de l'enrgie"
    assert in_parts.corrected(mistyped, everything) == whole.corrected(mistyped, everything)
    assert in_parts.corrected(mistyped, everything) != mistyped


def test_what_may_not_be_read_scores_nothing(
    population: Organisation, everything: Readable, readable: Readable
) -> None:
    hidden = everything.corpus.passages[~readable.contains(everything.corpus.passages)]
    scores = population.words.scorer("énergie eau", readable).score(hidden)
    np.testing.assert_array_equal(scores, np.zeros(len(hidden)))


def test_what_has_gone_counts_in_no_score(organisation: Organisation) -> None:
    posts = [Post(id=str(n), text="eau " * (n + 1), title="vin", language="fr") for n in range(6)]
    organisation.take(*posts, Post(id="other", text="pluie", language="fr"))
    organisation.take(
        Deletion(target=RecordKey(Kind.POST, "4")),
        Deletion(target=RecordKey(Kind.POST, "2")),
        Post(id="1", text="neige", language="fr"),
    )
    seen = organisation.readable()
    hits = organisation.words.scorer("eau", seen).top(10)
    expected = PlainBm25Index(organisation.database).scorer("eau", seen).top(10)
    np.testing.assert_array_equal(hits.passages, expected.passages)
    np.testing.assert_allclose(hits.scores, expected.scores, rtol=0, atol=1e-9)


def test_the_best_of_many_matches_do_not_depend_on_what_may_not_be_read(
    new_organisation: NewOrganisation,
) -> None:
    readable_posts = [
        Post(id=str(n), text="eau " * (n % 7 + 1) + "facture " * (n % 5) + "mot " * (n % 11))
        for n in range(1_500)
    ]
    hidden = [Post(id=f"h{n}", text="facture " * 3 + "x " * 40, acl=()) for n in range(1_500)]
    one, other = new_organisation(), new_organisation()
    one.take(*readable_posts)
    other.take(*readable_posts, *hidden)
    answers = [made.search("eau facture").items for made in (one, other)]
    assert [(item.key.id, item.score) for item in answers[0]] == [
        (item.key.id, item.score) for item in answers[1]
    ]


def test_the_words_of_the_language_are_read_once_a_query_needs_them_or_before(
    organisation: Organisation,
) -> None:
    organisation.take(Post(id="a", text="Le couloir"))
    readable = organisation.readable()
    read: list[str] = []

    def known() -> KnownWords:
        read.append("all")
        return KnownWords(["Vouloir"])

    index = LexicalIndex(organisation.database, known=known)
    assert index.corrected("couloir", readable) == "couloir"
    assert read == []
    assert index.corrected("vouloir bouloir", readable) == "vouloir couloir"
    read.clear()
    index.follow(readable)
    assert read == ["all"]


def test_rarities_are_of_words_without_their_articles_among_what_may_be_read(
    organisation: Organisation,
) -> None:
    texts = ["l'eau de la ville", "l'eau", "rue d'Arcy", "rien"]
    organisation.take(
        *(Post(id=str(n), text=text) for n, text in enumerate(texts)),
        *(Post(id=f"h{n}", text="eau, Arcy", acl=("user:zoe",)) for n in range(9)),
    )
    asked = "qui connaît l'eau, aujourd'hui, de la rue d'Arcy ?"
    scorer = organisation.words.scorer(asked, organisation.readable("bob"))
    told = {asked[span.start : span.end]: rare for span, rare in scorer.rarities(asked)}
    assert list(told) == ["connaît", "eau", "aujourd'hui", "rue", "Arcy"]
    assert told["eau"] == pytest.approx(rarity(2, 4))
    assert told["Arcy"] == told["rue"] == pytest.approx(rarity(1, 4))
    assert told["aujourd'hui"] == pytest.approx(rarity(0, 4))
    assert scorer.rarities("du budget de l’eau")[0][0] == Span(15, 18)
