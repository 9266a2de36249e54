"""Candidates of both retrievers, against scores that are computed for every one of them."""

import numpy as np
from organisation import Organisation

from finder.domain import Document
from finder.fusion import fuse
from finder.query import Mode, understand
from finder.retrieval import Depth, Retriever

ASKED = "facture eau"
TEXTS = (
    "la facture d'eau",
    "une facture",
    "de l'eau",
    "eau, eau, eau",
    "facture, factures",
    "rien",
)
DEPTH = Depth(passages=2)


def test_every_candidate_has_both_scores_whoever_proposed_it(organisation: Organisation) -> None:
    organisation.take(*(Document(id=f"d{i}", title="", text=t) for i, t in enumerate(TEXTS)))
    seen = organisation.library.readable(organisation.library.corpus(), organisation.viewer())
    words, meaning, encoder = organisation.words, organisation.meaning, organisation.encoder
    retriever = Retriever(words, meaning, encoder=encoder, depth=DEPTH)
    found = retriever.retrieve(understand(ASKED, mode=Mode.HYBRID), seen, within=seen)

    by_words = words.scorer(ASKED, seen)
    by_meaning = meaning.scorer(encoder.encode_query(ASKED), seen)
    proposed = [scorer.top(DEPTH.passages) for scorer in (by_words, by_meaning)]
    assert set(proposed[0].passages) != set(proposed[1].passages)
    assert found.passages.tolist() == np.union1d(*(hits.passages for hits in proposed)).tolist()
    expected = fuse(
        by_words.score(found.passages),
        by_meaning.score(found.passages),
        floor=float(proposed[1].scores[-1]),
        meaning_weight=DEPTH.meaning_weight,
    )
    for part, scores in expected.parts.items():
        np.testing.assert_array_equal(found.relevance.parts[part], scores)
