"""The contract of indexes of meaning, and the index compared with a plain scan."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from threading import Event, Thread

import numpy as np
import pytest
from numpy.typing import NDArray
from oracles import ScanIndex
from organisation import NewOrganisation, Organisation
from threadpoolctl import threadpool_info, threadpool_limits

from finder.corpus import Readable
from finder.domain import Post
from finder.encoded import Encoded
from finder.errors import StorageError
from finder.ports import MeaningIndex, Vectors
from indexers.dense import shards
from indexers.dense.codes import query_codes, to_codes, unpack
from indexers.dense.index import DenseIndex
from indexers.dense.making import remake_vectors
from indexers.parsing import ParserPool
from models.hashing import HashingEncoder

Languages = Callable[[int], Organisation]

QUERIES = ("l'assainissement de l'eau", "C++", "un marché d'énergie", "xylophone")

IMPLEMENTATIONS: dict[str, Callable[[Organisation], MeaningIndex]] = {
    "faiss": lambda made: DenseIndex(made.database),
    "scan": lambda made: ScanIndex(made.database),
}


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def index(request: pytest.FixtureRequest, population: Organisation) -> MeaningIndex:
    return IMPLEMENTATIONS[request.param](population)


@pytest.fixture(params=QUERIES)
def query(request: pytest.FixtureRequest, population: Organisation) -> Encoded:
    return population.encoder.encode_query(request.param)


def seen_by_all(organisation: Organisation) -> Readable:
    return organisation.readable()


class TestContract:
    @pytest.mark.parametrize("depth", [1, 5, 30, 1_000])
    def test_the_best_readable_come_first_and_the_oldest_of_equals(
        self, index: MeaningIndex, readable: Readable, query: Encoded, depth: int
    ) -> None:
        hits = index.scorer(query, readable).top(depth)
        assert len(hits.passages) == min(depth, readable.records.sum())
        assert readable.contains(hits.passages).all()
        order = np.lexsort((hits.passages, -hits.scores))
        np.testing.assert_array_equal(order, np.arange(len(order)))

    def test_a_short_answer_is_the_start_of_a_long_one(
        self, index: MeaningIndex, readable: Readable, query: Encoded
    ) -> None:
        scorer = index.scorer(query, readable)
        long = scorer.top(200).passages
        for depth in (1, 3, 17, 100):
            np.testing.assert_array_equal(scorer.top(depth).passages, long[:depth])

    def test_scores_are_the_same_whoever_asks_for_them(
        self, index: MeaningIndex, readable: Readable, query: Encoded
    ) -> None:
        scorer = index.scorer(query, readable)
        hits = scorer.top(50)
        one_by_one = [scorer.score(np.array([id_]))[0] for id_ in hits.passages]
        np.testing.assert_allclose(one_by_one, hits.scores, rtol=0, atol=1e-6)

    def test_a_passage_without_a_vector_has_the_lowest_score(
        self, index: MeaningIndex, readable: Readable, query: Encoded
    ) -> None:
        known = int(readable.corpus.passages[0])
        scores = index.scorer(query, readable).score(np.array([10**9, known, 0]))
        assert scores[0] == scores[2] == -1.0
        assert scores[1] > -1.0

    def test_nobody_finds_anything_where_nothing_may_be_read(
        self, index: MeaningIndex, population: Organisation, query: Encoded
    ) -> None:
        guest = population.viewer(member=False)
        nothing = population.library.readable(population.library.corpus(), guest)
        assert len(index.scorer(query, nothing).top(10).passages) == 0


def test_ids_and_scores_are_those_of_a_plain_scan(
    population: Organisation, readable: Readable, query: Encoded
) -> None:
    expected = ScanIndex(population.database).scorer(query, readable).top(2_000)
    scorer = population.meaning.scorer(query, readable)
    hits = scorer.top(2_000)
    np.testing.assert_array_equal(np.sort(hits.passages), np.sort(expected.passages))
    np.testing.assert_allclose(hits.scores, expected.scores, rtol=0, atol=1e-5)
    np.testing.assert_allclose(scorer.score(expected.passages), expected.scores, rtol=0, atol=1e-5)


def bilingual(english: int) -> list[Post]:
    """Posts in two languages, of which zoe alone may read the English ones."""
    subjects = ("eau", "gaz", "toit", "pont", "paie", "achats", "rayonnages")
    return [
        *(
            Post(id=f"fr-{n}", text=f"nous savons ceci sur {subjects[n % 7]} {n}", language="fr")
            for n in range(90)
        ),
        *(
            Post(
                id=f"en-{n}",
                text=f"we know this about {subjects[n % 7]} {n}",
                language="en",
                acl=("user:zoe",),
            )
            for n in range(english)
        ),
    ]


@pytest.fixture(scope="module")
def languages(tmp_path_factory: pytest.TempPathFactory, parsers: ParserPool) -> Languages:
    """Organisations with so many posts in English."""

    @cache
    def made(english: int) -> Organisation:
        folder = tmp_path_factory.mktemp("languages")
        organisation = Organisation(folder, parsers, encoder=HashingEncoder())
        organisation.take(*bilingual(english))
        return organisation

    return made


def seen_by(organisation: Organisation, person: str | None) -> Readable:
    return organisation.readable(person)


ASKED = "que savons nous sur ceci, la paie"


class TestLanguages:
    @pytest.mark.parametrize("name", IMPLEMENTATIONS)
    def test_no_language_is_nearer_to_a_query_than_another(
        self, name: str, languages: Languages
    ) -> None:
        organisation = languages(60)
        seen = seen_by(organisation, "zoe")
        vector = organisation.encoder.encode_query(ASKED)
        scorer = IMPLEMENTATIONS[name](organisation).scorer(vector, seen)
        passages = scorer.top(1_000).passages
        foreign = scorer.spoken(passages).foreign
        scores = np.sort(scorer.score(passages[~foreign])), np.sort(scorer.score(passages[foreign]))
        assert [len(part) for part in scores] == [90, 60]
        assert scores[0][-9] == pytest.approx(scores[1][-6])
        assert foreign[:20].any()

    @pytest.mark.parametrize("asked", [ASKED, "what do we know about this, paie", "xylophone"])
    @pytest.mark.parametrize("person", [None, "zoe"])
    def test_ids_and_scores_are_those_of_a_plain_scan(
        self, asked: str, person: str | None, languages: Languages
    ) -> None:
        organisation = languages(60)
        seen = seen_by(organisation, person)
        vector = organisation.encoder.encode_query(asked)
        plain = ScanIndex(organisation.database).scorer(vector, seen)
        scorer = organisation.meaning.scorer(vector, seen)
        for depth in 7, 1_000:
            hits, expected = scorer.top(depth), plain.top(depth)
            np.testing.assert_allclose(hits.scores, expected.scores, rtol=0, atol=1e-9)
            np.testing.assert_array_equal(
                np.sort(hits.passages[hits.scores > hits.scores[-1] + 1e-9]),
                np.sort(expected.passages[expected.scores > expected.scores[-1] + 1e-9]),
            )
        everything = seen.corpus.passages
        np.testing.assert_allclose(
            scorer.score(everything), plain.score(everything), rtol=0, atol=1e-9
        )
        spoken, expected = scorer.spoken(everything), plain.spoken(everything)
        np.testing.assert_array_equal(spoken.own, expected.own)
        np.testing.assert_array_equal(spoken.foreign, expected.foreign)

    def test_a_language_that_may_not_be_read_changes_nothing(self, languages: Languages) -> None:
        vector = HashingEncoder().encode_query(ASKED)
        scores = []
        for english in 0, 60:
            seen = seen_by(languages(english), None)
            scorer = languages(english).meaning.scorer(vector, seen)
            hits = scorer.top(1_000)
            spoken = scorer.spoken(hits.passages)
            assert not spoken.own.any()
            assert not spoken.foreign.any()
            scores.append(hits.scores.tolist())
        assert scores[0] == scores[1]

    def test_a_few_passages_tell_nothing_of_their_language(self, languages: Languages) -> None:
        seen = seen_by(languages(49), "zoe")
        scorer = languages(49).meaning.scorer(HashingEncoder().encode_query(ASKED), seen)
        passages = scorer.top(1_000).passages
        assert len(passages) == 139
        assert not scorer.spoken(passages).foreign.any()


@pytest.fixture(scope="module")
def long_texts(
    tmp_path_factory: pytest.TempPathFactory, parsers: ParserPool
) -> Iterator[Organisation]:
    """Posts of one to four windows, in two languages."""
    folder = tmp_path_factory.mktemp("windows")
    made = Organisation(folder, parsers, encoder=HashingEncoder())
    made.take(
        *(
            replace(post, text=f"{post.text}. {'Suite du texte sur les achats. ' * (n % 40)}")
            for n, post in enumerate(bilingual(60))
        )
    )
    yield made
    made.close()


class TestWindows:
    @pytest.mark.parametrize("name", IMPLEMENTATIONS)
    def test_a_short_passage_is_its_own_window(self, name: str, languages: Languages) -> None:
        seen = seen_by(languages(60), "zoe")
        vector = languages(60).encoder.encode_query(ASKED)
        scorer = IMPLEMENTATIONS[name](languages(60)).scorer(vector, seen)
        passages = seen.corpus.passages
        np.testing.assert_allclose(
            scorer.nearest_windows(passages), scorer.score(passages), rtol=0, atol=1e-9
        )

    @pytest.mark.parametrize("asked", [ASKED, "what do we know about this, paie"])
    def test_the_nearest_window_is_that_of_a_plain_scan(
        self, asked: str, long_texts: Organisation
    ) -> None:
        seen = seen_by(long_texts, "zoe")
        vector = long_texts.encoder.encode_query(asked)
        scorer = long_texts.meaning.scorer(vector, seen)
        passages = np.append(seen.corpus.passages[::-1], 10**9)
        nearest = scorer.nearest_windows(passages)
        expected = ScanIndex(long_texts.database).scorer(vector, seen).nearest_windows(passages)
        np.testing.assert_allclose(nearest, expected, rtol=0, atol=1e-9)
        assert nearest[-1] == -1.0
        assert (nearest > scorer.score(passages)).any()

    def test_a_cut_vector_is_told(self, long_texts: Organisation) -> None:
        seen = seen_by(long_texts, "zoe")
        vector = long_texts.encoder.encode_query(ASKED)
        scorer = long_texts.meaning.scorer(vector, seen)
        cut = "UPDATE vectors SET data = substr(data, 1, length(data) - 1) WHERE passage = 40"
        with long_texts.database.writing() as connection:
            connection.exec_driver_sql(cut)
        with pytest.raises(StorageError, match="finder rebuild meaning"):
            scorer.nearest_windows(seen.corpus.passages)
        with pytest.raises(StorageError, match="finder rebuild meaning"):
            DenseIndex(long_texts.database).scorer(vector, seen)


def unit(vectors: NDArray[np.float64]) -> Vectors:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_the_top_ten_is_that_of_the_uncoded_vectors() -> None:
    # Texts differ in some dozens of ways, which an encoder spreads over all its dimensions.
    random = np.random.default_rng(5)
    spread = random.standard_normal((32, 384))
    vectors = unit(random.standard_normal((3_000, 32)) @ spread)
    queries = unit(random.standard_normal((100, 32)) @ spread)
    codes = to_codes(vectors).astype(np.float32)
    exact = np.argsort(-(queries @ vectors.T), axis=1)[:, :10]
    asked = np.array([query_codes(query)[0] for query in queries], dtype=np.float32)
    coded = np.argsort(-(asked @ codes.T), axis=1)[:, :10]
    kept = [len(set(a) & set(b)) for a, b in zip(exact.tolist(), coded.tolist(), strict=True)]
    assert sum(kept) / 1_000 >= 0.99


def test_codes_survive_being_stored() -> None:
    codes = np.arange(-128, 128, dtype=np.int8).reshape(4, 64)
    np.testing.assert_array_equal(unpack([codes[:1].tobytes(), codes[1:].tobytes()], 64), codes)
    assert len(unpack([], 64)) == 0


def test_a_query_that_says_nothing_of_its_own_is_near_to_nothing() -> None:
    codes, worth = query_codes(np.zeros(64, dtype=np.float32))
    assert not codes.any()
    assert np.isfinite(worth)


@pytest.mark.parametrize("size", [50, 1_999, 2_000])
def test_shards_change_no_answer(
    size: int,
    population: Organisation,
    readable: Readable,
    query: Encoded,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = population.meaning.scorer(query, readable)
    hits = expected.top(25)
    scores = expected.score(readable.corpus.passages[::13])
    monkeypatch.setattr(shards, "SHARD_SIZE", size)
    sharded = DenseIndex(population.database).scorer(query, readable)
    np.testing.assert_array_equal(sharded.top(25).passages, hits.passages)
    np.testing.assert_array_equal(sharded.top(25).scores, hits.scores)
    np.testing.assert_array_equal(sharded.score(readable.corpus.passages[::13]), scores)


def test_it_grows_over_several_shards(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "SHARD_SIZE", 8)
    vector = organisation.encoder.encode_query("eau 3")
    for number in range(7):
        organisation.take(*(Post(id=f"{number}-{k}", text=f"eau {k}") for k in range(5)))
        seen = seen_by_all(organisation)
        hits = organisation.meaning.scorer(vector, seen).top(100)
        expected = ScanIndex(organisation.database).scorer(vector, seen).top(100)
        np.testing.assert_array_equal(hits.passages, expected.passages)
        np.testing.assert_allclose(hits.scores, expected.scores, rtol=0, atol=1e-5)


def test_growth_disturbs_no_search(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "SHARD_SIZE", 64)
    organisation.take(*(Post(id=f"first-{k}", text=f"eau {k}") for k in range(100)))
    vector = organisation.encoder.encode_query("eau 7")
    done, wrong = Event(), list[Exception]()

    def search() -> None:
        try:
            while not done.is_set():
                seen = seen_by_all(organisation)
                hits = organisation.meaning.scorer(vector, seen).top(50)
                assert len(set(hits.passages.tolist())) == 50
                assert seen.contains(hits.passages).all()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must show it
            wrong.append(error)

    threads = [Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(10):
        organisation.take(*(Post(id=f"{number}-{k}", text=f"eau {k}") for k in range(30)))
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_vectors_made_again_replace_those_of_a_reader(organisation: Organisation) -> None:
    organisation.take(*(Post(id=str(k), text=f"eau {k}") for k in range(5)))
    vector = organisation.encoder.encode_query("eau")
    organisation.meaning.scorer(vector, seen_by_all(organisation))
    remake_vectors(organisation.database, organisation.encoder)
    hits = organisation.meaning.scorer(vector, seen_by_all(organisation)).top(100)
    assert sorted(hits.passages.tolist()) == [1, 2, 3, 4, 5]


def test_many_equal_vectors_are_found_oldest_first(new_organisation: NewOrganisation) -> None:
    made = new_organisation()
    made.take(*(Post(id=str(k), text=("eau", "pluie")[k % 2]) for k in range(300)))
    hits = made.meaning.scorer(made.encoder.encode_query("eau"), seen_by_all(made)).top(10)
    np.testing.assert_array_equal(hits.passages, np.arange(1, 21, 2))


def test_products_are_computed_on_the_thread_that_asks(organisation: Organisation) -> None:
    with threadpool_limits(2, user_api="blas"):
        DenseIndex(organisation.database)
        libraries = [each for each in threadpool_info() if each["user_api"] == "blas"]
        assert [each["num_threads"] for each in libraries] == [1] * len(libraries)
        assert libraries
