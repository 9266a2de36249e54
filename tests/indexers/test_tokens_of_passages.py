"""Which tokens of passages are kept, and how near those of a query are."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from organisation import NewOrganisation, Organisation
from tokens import WordByWord

from finder.domain import Passage, Post
from finder.encoded import Encoded
from finder.errors import StorageError
from indexers.dense.encoding import encode
from indexers.parsing import ParserPool

SUBJECTS = ("eau", "gaz", "toit", "pont", "paie", "achats", "rayonnages")
KEPT = "SELECT passage, tokens FROM vectors ORDER BY passage"


@pytest.fixture(scope="module")
def organisation_with_tokens(
    tmp_path_factory: pytest.TempPathFactory, parsers: ParserPool
) -> Iterator[Organisation]:
    made = Organisation(tmp_path_factory.mktemp("tokens"), parsers, encoder=WordByWord())
    texts = [f"nous savons ceci sur {SUBJECTS[n % 7]} {n}" for n in range(60)]
    made.take(*(Post(id=str(n), text=text) for n, text in enumerate([*texts, "de la"])))
    yield made
    made.close()


class Remembering(WordByWord):
    """Knows what it was asked to encode in detail."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode_in_detail(self, texts: Sequence[str]) -> list[Encoded]:
        self.asked += texts
        return super().encode_in_detail(texts)


def test_tokens_of_words_that_tell_are_kept() -> None:
    text = "Le réseau, et l'eau & the pump: R2."
    (kept,) = encode([("", Passage(text=text))], WordByWord(64))
    telling = [f"{word} " for word in ("réseau", "eau", "pump", "R2")]
    (expected,) = encode([("", Passage(text="".join(telling)))], WordByWord(64))
    assert kept.tokens == expected.tokens
    assert len(kept.tokens) == 4 * 2  # a third of 64 bits, in whole bytes
    (nothing,) = encode([("", Passage(text="de la, the"))], WordByWord(64))
    assert nothing.tokens == b""


def test_each_token_of_a_query_meets_the_nearest_of_a_passage(
    organisation_with_tokens: Organisation,
) -> None:
    made, seen = organisation_with_tokens, organisation_with_tokens.readable()
    query = made.encoder.encode_query("paie du pont about, eau")
    weights = np.array([2.0, 0.0, 1.0, 0.5, 0.5])
    passages = np.append(seen.corpus.passages[::-1], 10**9)
    found = made.meaning.scorer(query, seen).interaction(passages, weights)
    signs = dict(made.database.look_up(KEPT))
    for id_, score in zip(passages.tolist(), found.tolist(), strict=True):
        if not signs.get(id_):
            assert np.isnan(score)
            continue
        bits = np.unpackbits(np.frombuffer(signs[id_], dtype=np.uint8)).reshape(-1, 80)
        own = bits.astype(np.float64) * 2 - 1
        asked = query.tokens.vectors[:, :80].astype(np.float64)
        length = np.linalg.norm(asked, axis=1).clip(min=1e-9) * np.sqrt(80)
        cosines = (asked @ own.T) / length[:, None]
        expected = (cosines.max(axis=1) * weights).sum() / weights.sum()
        assert score == pytest.approx(expected, abs=0.01)  # of 8 bits
    assert np.isnan(found).sum() == 2  # what is not there, and what has stop words alone
    assert np.nanstd(found) > 0.01


def test_a_score_depends_on_the_two_texts_alone(organisation_with_tokens: Organisation) -> None:
    made, seen = organisation_with_tokens, organisation_with_tokens.readable()
    scorer = made.meaning.scorer(made.encoder.encode_query("paie du nouveau service"), seen)
    passages = seen.corpus.passages
    alone = [scorer.interaction(passages[n : n + 1], np.ones(4))[0] for n in range(9)]
    assert np.isfinite(alone).all()
    together = scorer.interaction(passages, np.ones(4))
    np.testing.assert_array_equal(alone, together[:9])


def test_an_index_of_before_has_no_tokens(organisation: Organisation) -> None:
    organisation.take(Post(id="p1", text="la paie"))
    seen = organisation.readable()
    assert organisation.database.look_up(KEPT) == [(1, b"")]
    scorer = organisation.meaning.scorer(WordByWord().encode_query("la paie"), seen)
    assert np.isnan(scorer.interaction(seen.corpus.passages, np.ones(2))).all()


def test_a_text_that_stays_keeps_its_tokens(new_organisation: NewOrganisation) -> None:
    encoder = Remembering()
    made = new_organisation(encoder=encoder)
    made.take(Post(id="p1", text="la pompe"))
    ((_, before),) = made.database.look_up(KEPT)
    made.take(Post(id="p1", text="la pompe", acl=("user:zoe",)))
    ((passage, after),) = made.database.look_up(KEPT)
    assert before
    assert (passage, after) == (2, before)
    assert encoder.asked == ["la pompe"]


def test_a_cut_token_is_told(new_organisation: NewOrganisation) -> None:
    made = new_organisation(encoder=WordByWord())
    made.take(Post(id="p1", text="la pompe"))
    seen = made.readable()
    scorer = made.meaning.scorer(made.encoder.encode_query("pompe"), seen)
    with made.database.writing() as connection:
        connection.exec_driver_sql("UPDATE vectors SET tokens = substr(tokens, 2)")
    with pytest.raises(StorageError, match="finder rebuild meaning"):
        scorer.interaction(seen.corpus.passages, np.ones(1))


@pytest.mark.parametrize("width", [4, 12, 16, 40])
def test_tokens_of_any_width_are_compared(width: int, new_organisation: NewOrganisation) -> None:
    made = new_organisation(encoder=WordByWord(width))
    made.take(Post(id="p1", text="pompe"), Post(id="p2", text="budget"))
    seen = made.readable()
    scorer = made.meaning.scorer(made.encoder.encode_query("pompe"), seen)
    found = scorer.interaction(seen.corpus.passages, np.ones(1))
    assert np.isfinite(found).all()
    assert found[0] >= found[1]
