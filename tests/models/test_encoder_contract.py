"""What every encoder keeps to."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from finder.ports import Encoder
from models.cache import CachedQueries
from models.e5 import ensure_e5
from models.encoder import SentenceTransformersEncoder
from models.hashing import HashingEncoder

WORDS = (  # noqa: SIM905 - a text, not a list
    "la facture électronique du service achats arrive chaque mois avec un bon de commande signé"
    " the network team rebuilds the search index after each release of the platform"
).split()
PASSAGES = [" ".join(WORDS[start : start + length]) for start in range(9) for length in (3, 9, 14)]


def default_encoder(request: pytest.FixtureRequest) -> Encoder:
    return SentenceTransformersEncoder(ensure_e5(request.getfixturevalue("e5_cache")))


BUILDERS: dict[str, Callable[[pytest.FixtureRequest], Encoder]] = {
    "hashing": lambda _: HashingEncoder(),
    "cached": lambda _: CachedQueries(HashingEncoder()),
    "default": default_encoder,
}


@pytest.fixture(
    scope="module",
    params=["hashing", "cached", pytest.param("default", marks=pytest.mark.encoder)],
)
def encoder(request: pytest.FixtureRequest) -> Iterator[Encoder]:
    built = BUILDERS[request.param](request)
    yield built
    if isinstance(built, SentenceTransformersEncoder):
        built.close()


def assert_unit(vectors: np.ndarray) -> None:
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=-1), 1.0, atol=1e-5)


def test_passages_are_unit_rows(encoder: Encoder) -> None:
    vectors = encoder.encode_passages(PASSAGES)
    assert vectors.shape == (len(PASSAGES), encoder.identity.dimension)
    assert_unit(vectors)


def test_a_query_is_one_unit_vector(encoder: Encoder) -> None:
    vector = encoder.encode_query("qui connaît la facturation ?").vector
    assert vector.shape == (encoder.identity.dimension,)
    assert_unit(vector)


@pytest.mark.parametrize("text", ["", " \n\t", "?!", "mot " * 5_000, "x" * 20_000, "日本語 🎉"])
def test_any_text_has_a_unit_vector(encoder: Encoder, text: str) -> None:
    encoded = encoder.encode_query(text)
    assert_unit(encoded.vector)
    assert len(encoded.tokens.bounds) <= 64  # a query is remembered with its tokens
    assert_unit(encoder.encode_passages([text, "autre"]))


def test_nothing_gives_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == (0, encoder.identity.dimension)
    assert encoder.count_tokens([]) == []


def test_the_same_call_gives_the_same_vectors(encoder: Encoder) -> None:
    np.testing.assert_array_equal(
        encoder.encode_passages(PASSAGES), encoder.encode_passages(PASSAGES)
    )
    once, again = encoder.encode_query("achats"), encoder.encode_query("achats")
    np.testing.assert_array_equal(once.vector, again.vector)
    np.testing.assert_array_equal(once.tokens.vectors, again.tokens.vectors)


def test_what_is_encoded_in_detail_has_the_same_vectors(encoder: Encoder) -> None:
    detailed = encoder.encode_in_detail(PASSAGES)
    rows = encoder.encode_passages(PASSAGES)
    alike = [each.vector @ row for each, row in zip(detailed, rows, strict=True)]
    assert min(alike) > 0.999
    assert encoder.encode_in_detail([]) == []


def test_tokens_are_where_they_stand_and_nothing_else_is(encoder: Encoder) -> None:
    text = "L'œuvre de 日本, C++"
    for encoded in (
        encoder.encode_query(text),
        *encoder.encode_in_detail([text, "un mot de plus"]),
    ):
        tokens = encoded.tokens
        assert len(tokens.bounds) == len(tokens.vectors)
        assert (tokens.bounds[:, 0] < tokens.bounds[:, 1]).all()
        assert np.isfinite(tokens.vectors).all()
    if len(tokens.bounds):  # the hashing encoder has none
        assert {"un mot de plus"[start:end].strip() for start, end in tokens.bounds} == {
            *("un", "mot", "de", "plus")
        }


def test_batches_keep_the_order(encoder: Encoder) -> None:
    together = encoder.encode_passages(PASSAGES)
    alone = np.concatenate([encoder.encode_passages([passage]) for passage in PASSAGES])
    assert (np.einsum("ij,ij->i", together, alone) > 0.999).all()
    assert len(np.unique(together.round(2), axis=0)) == len(set(PASSAGES))


def test_a_paraphrase_is_nearer_than_another_subject(encoder: Encoder) -> None:
    query = encoder.encode_query("comment payer une facture électronique ?").vector
    near, far = encoder.encode_passages(
        [
            "Le paiement des factures électroniques se fait en ligne.",
            "La cantine sert une tarte aux pommes le jeudi.",
        ]
    )
    assert query @ near > query @ far + 0.02


def test_tokens_are_counted_whole(encoder: Encoder) -> None:
    one, two, ten, many = encoder.count_tokens(
        [" ".join(["facture"] * count) for count in (1, 2, 10, 3_000)]
    )
    assert ten - one == 9 * (two - one)
    assert one < ten < encoder.max_tokens < many


def test_what_fits_is_encoded_whole_and_what_does_not_is_cut(encoder: Encoder) -> None:
    word_tokens = np.diff(encoder.count_tokens(["mot", "mot mot"]))[0]
    overhead = encoder.count_tokens(["mot"])[0] - word_tokens
    full = (encoder.max_tokens - overhead) // word_tokens
    text = " ".join(["mot"] * (full - 1))
    assert encoder.count_tokens([f"{text} fin"])[0] <= encoder.max_tokens
    whole, changed, cut, cut_too = encoder.encode_passages(
        [f"{text} fin", f"{text} tarte", f"{text} mot mot mot fin", f"{text} mot mot mot tarte"]
    )
    assert not np.array_equal(whole, changed)
    np.testing.assert_array_equal(cut, cut_too)


def test_threads_may_share_it(encoder: Encoder) -> None:
    queries = [f"question {number} sur la facturation" for number in range(24)]
    expected = [encoder.encode_query(query).vector for query in queries]
    with ThreadPoolExecutor(5) as pool:
        job = pool.submit(encoder.encode_passages, PASSAGES * 8)
        found = list(pool.map(encoder.encode_query, queries))
    np.testing.assert_array_equal([each.vector for each in found], expected)
    assert_unit(job.result())


@pytest.mark.encoder
def test_a_query_does_not_wait_for_a_job(e5_cache: Path) -> None:
    encoder = SentenceTransformersEncoder(ensure_e5(e5_cache))
    started = threading.Event()

    def fill() -> float:
        started.set()
        encoder.encode_passages([" ".join(WORDS * 6)] * 100)
        return time.monotonic()

    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(fill)
        started.wait()
        for _ in range(3):
            encoder.encode_query("facturation")
        answered = time.monotonic()
        assert answered < job.result()
    encoder.close()
