"""Candidates of both retrievers, against scores that are computed for every one of them."""

import numpy as np
import pytest
from organisation import NOW, NewOrganisation, Organisation
from tokens import WordByWord

from finder.corpus import Floats, Ints
from finder.domain import Document, PersonId, Post
from finder.fusion import Part, fuse
from finder.query import Mode, understand
from finder.retrieval import Depth, Retriever
from finder.service import Finder

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
_BESIDE = "Le budget de la piscine est voté. Les travaux de la toiture sont finis. " * 6
LONG = f"{_BESIDE} La facture d'eau est en ligne. {_BESIDE}"
"""An answer in one sentence of many."""


def retriever_of(organisation: Organisation, depth: Depth) -> Retriever:
    return Retriever(
        organisation.words, organisation.meaning, encoder=organisation.encoder, depth=depth
    )


def test_every_candidate_has_both_scores_whoever_proposed_it(organisation: Organisation) -> None:
    organisation.take(*(Document(id=f"d{i}", title="", text=t) for i, t in enumerate(TEXTS)))
    seen = organisation.readable()
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


def test_half_the_meaning_of_the_first_is_that_of_their_nearest_window(
    organisation: Organisation,
) -> None:
    organisation.take(
        Document(id="within", title="", text=LONG),
        *(Document(id=f"d{i}", title="", text=t) for i, t in enumerate(TEXTS)),
    )
    seen = organisation.readable()
    meaning = organisation.meaning.scorer(organisation.encoder.encode_query(ASKED), seen)
    scores = {}
    for detail in (0.0, 0.5):
        retriever = retriever_of(organisation, Depth(detail=detail))
        query = understand(ASKED, mode=Mode.MEANING)
        found = retriever.retrieve(query, seen, within=seen, into=True)
        scores[detail] = found.relevance.parts[Part.MEANING]
    passages = found.passages
    near = meaning.score(passages)
    half = near + 0.5 * (meaning.nearest_windows(passages) - near)
    for detail, expected in ((0.0, near), (0.5, half)):
        normalised = ((expected - near.min()) / (expected.max() - near.min())).clip(min=0.0)
        np.testing.assert_allclose(scores[detail], normalised, rtol=0, atol=1e-9)
    within = np.flatnonzero(passages == seen.corpus.passages[0])
    assert scores[0.5][within] > scores[0.0][within]


@pytest.mark.parametrize("mode", [Mode.MEANING, Mode.HYBRID])
def test_a_third_of_the_meaning_of_the_first_is_how_near_their_tokens_are(
    mode: Mode, new_organisation: NewOrganisation
) -> None:
    organisation = new_organisation(encoder=WordByWord())
    organisation.take(
        Document(id="within", title="", text=LONG),
        *(Document(id=f"d{i}", title="", text=t) for i, t in enumerate(TEXTS)),
    )
    seen = organisation.readable()
    encoded = organisation.encoder.encode_query(ASKED)
    meaning = organisation.meaning.scorer(encoded, seen)
    rare = organisation.words.scorer(ASKED, seen).rarities(ASKED)
    assert [ASKED[span.start : span.end] for span, _ in rare] == ["facture", "eau"]
    found = retriever_of(organisation, Depth(near=1.0)).retrieve(
        understand(ASKED, mode=mode), seen, within=seen, into=True
    )
    passages = found.passages
    near = meaning.score(passages)
    floor = near.min()
    near = near + 0.5 * (meaning.nearest_windows(passages) - near)
    inner = meaning.interaction(passages, np.array([rarity for _, rarity in rare]))
    aligned = near.mean() + (inner - inner.mean()) / inner.std() * near.std()
    expected = near + (aligned - near) / 3
    normalised = ((expected - floor) / (expected.max() - floor)).clip(min=0.0)
    share = 1.0 if mode is Mode.MEANING else 0.5
    parts = found.relevance.parts[Part.MEANING]
    np.testing.assert_allclose(parts, share * normalised, rtol=0, atol=1e-9)
    assert abs(aligned - near).max() > 0.01


def test_those_are_compared_token_by_token_that_are_first_by_their_windows(
    new_organisation: NewOrganisation,
) -> None:
    organisation = new_organisation(encoder=WordByWord())
    organisation.take(
        *(
            Post(id=subject, text=f"une facture {subject}")
            for subject in ("gaz", "toit", "pont", "rayonnages", "achats", "du service des achats")
        ),
        Document(id="within", title="", text=f"{_BESIDE * 2} {'La facture, et eau. ' * 8}"),
        Post(id="nothing", text="rien"),
    )
    seen = organisation.readable()
    meaning = organisation.meaning.scorer(organisation.encoder.encode_query(ASKED), seen)
    passages = seen.corpus.passages
    near = meaning.score(passages)
    floor = near.min()
    ranked = np.argsort(-near, kind="stable")
    within, first = 6, ranked[:7]
    assert within == first[-1]
    near[first] += 0.9 * (meaning.nearest_windows(passages[first]) - near[first])
    compared = np.argsort(-near)[:4]
    assert within in compared
    rarities = organisation.words.scorer(ASKED, seen).rarities(ASKED)
    inner = meaning.interaction(passages[compared], np.array([rare for _, rare in rarities]))
    own = near[compared]
    near[compared] += (own.mean() + (inner - inner.mean()) / inner.std() * own.std() - own) / 3
    found = retriever_of(organisation, Depth(windows=7, detail=0.9, tokens=4, near=1.0)).retrieve(
        understand(ASKED, mode=Mode.MEANING), seen, within=seen, into=True
    )
    assert found.passages.tolist() == passages[ranked].tolist()
    normalised = ((near - floor) / (near.max() - floor)).clip(min=0.0)[ranked]
    scores = found.relevance.parts[Part.MEANING]
    np.testing.assert_allclose(scores, normalised, rtol=0, atol=1e-9)


def test_those_are_looked_into_that_are_first_by_words_and_meaning_together(
    organisation: Organisation,
) -> None:
    organisation.take(
        *(Post(id=subject, text=f"une facture {subject}") for subject in ("gaz", "toit", "pont")),
        Document(id="within", title="", text=f"{_BESIDE * 2} {'La facture, et eau. ' * 8}"),
    )
    seen = organisation.readable()
    meaning = organisation.meaning.scorer(organisation.encoder.encode_query(ASKED), seen)
    within = seen.corpus.passages[-1]
    scores = []
    for detail in (0.0, 0.9):
        retriever = retriever_of(
            organisation,
            Depth(detailed_weight=0.1, brevity=0.0, windows=1, detail=detail, near=1.0),
        )
        query = understand(ASKED, mode=Mode.HYBRID)
        found = retriever.retrieve(query, seen, within=seen, into=True)
        assert found.passages[found.relevance.total.argmax()] == within
        assert found.passages[meaning.score(found.passages).argmax()] != within
        scores.append(found.relevance.parts[Part.MEANING][found.passages == within])
    assert scores[0] < scores[1]


def test_tokens_in_another_language_are_compared_among_themselves(
    new_organisation: NewOrganisation,
) -> None:
    organisation = new_organisation(encoder=WordByWord())
    subjects = ("eau", "gaz", "toit", "paie")
    organisation.take(
        *(
            Post(id=f"{its}-{n}", text=f"{start} {subjects[n % 4]} {n}", language=its)
            for its, start in (("fr", "nous savons ceci sur"), ("en", "we know this about"))
            for n in range(60)
        )
    )
    seen = organisation.readable()
    asked = "nous savons ceci : gaz 1, eau, paie 3"
    encoded = organisation.encoder.encode_query(asked)
    meaning = organisation.meaning.scorer(encoded, seen)
    scores = {}
    for share in (0.0, 1.0):
        retriever = retriever_of(organisation, Depth(interaction=share, near=1.0))
        query = understand(asked, mode=Mode.MEANING)
        found = retriever.retrieve(query, seen, within=seen, into=True)
        foreign = meaning.spoken(found.passages[:30]).foreign
        scores[share] = found.relevance.parts[Part.MEANING][:30]
    # The mean of each language stays where it was, but for the scale that both are on.
    means = [scores[1.0][group].mean() / scores[0.0][group].mean() for group in (foreign, ~foreign)]
    assert means[0] == pytest.approx(means[1], abs=1e-9)
    for group in (foreign, ~foreign):
        assert np.ptp(scores[1.0][group] / scores[0.0][group]) > 0.001


def test_only_who_asks_for_it_has_passages_looked_into(organisation: Organisation) -> None:
    organisation.take(
        Document(id="within", title="", text=LONG),
        *(Document(id=f"d{i}", title="", text=t) for i, t in enumerate(TEXTS)),
    )
    seen = organisation.readable()
    depth = Depth(detailed_weight=Depth().meaning_weight, brevity=0.0)
    retriever = retriever_of(organisation, depth)
    query = understand(ASKED, mode=Mode.HYBRID)
    plain = retriever.retrieve(query, seen, within=seen)
    detailed = retriever.retrieve(query, seen, within=seen, into=True)
    assert plain.passages.tolist() == detailed.passages.tolist()
    within = np.flatnonzero(plain.passages == seen.corpus.passages[0])
    scores = [found.relevance.parts[Part.MEANING][within] for found in (plain, detailed)]
    assert scores[1] > scores[0]
    words = [found.relevance.parts[Part.WORDS].tolist() for found in (plain, detailed)]
    assert words[0] == words[1]


@pytest.mark.parametrize(
    ("asked", "share"),
    [
        ("facture", 0.35),
        ("où est la facture ?", 0.35),
        ("facture zyzzyva", 0.5),
        ("facture d’eau du toit", 0.55),
        ("facture, pont, gaz, eau, toit, cantine", 0.6),
        ("?!", 0.35),
    ],
)
def test_the_more_words_a_query_looks_for_the_more_meaning_counts_in_documents(
    asked: str, share: float, organisation: Organisation
) -> None:
    organisation.take(*(Document(id=f"d{i}", title="", text=t) for i, t in enumerate(TEXTS)))
    seen = organisation.readable()
    query = understand(asked, mode=Mode.HYBRID, as_typed=True)
    depth = Depth(detail=0.0, interaction=0.0, near=1.0)
    retriever = retriever_of(organisation, depth)
    for into, expected in ((True, share), (False, 0.5)):
        found = retriever.retrieve(query, seen, within=seen, into=into)
        parts = found.relevance.parts
        assert parts[Part.MEANING].max() == pytest.approx(expected, abs=1e-9)
        if words := parts[Part.WORDS].max():
            assert words == pytest.approx(1.0 - expected, abs=1e-9)


def test_where_all_that_is_proposed_is_alike_meaning_counts_from_the_lowest_there_is(
    organisation: Organisation,
) -> None:
    organisation.take(
        *(Post(id=f"same{i}", text="La pompe de la cantine") for i in range(12)),
        *(Document(id=f"d{i}", title="", text=text) for i, text in enumerate(TEXTS)),
        Post(id="words", text="Pompe, cantine, pompe, cantine, pompe et cantine"),
    )
    seen = organisation.readable()
    retriever = retriever_of(organisation, Depth(passages=5))
    asked = "la pompe de la cantine"
    found = retriever.retrieve(understand(asked, mode=Mode.HYBRID), seen, within=seen)
    meaning = organisation.meaning.scorer(organisation.encoder.encode_query(asked), seen)
    top = meaning.top(5).scores
    assert top[0] == top[-1], "more passages are alike than are proposed"
    scores = meaning.score(found.passages)
    assert len(set(scores.tolist())) > 1, "words propose another"
    expected = 0.5 * (scores + 1.0) / (scores.max() + 1.0)
    np.testing.assert_allclose(found.relevance.parts[Part.MEANING], expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("mode", "plain", "into"),
    [
        (Mode.MEANING, Depth(detail=0.0), Depth(detail=0.5)),
        (Mode.WORDS, Depth(whole=0.0), Depth(whole=0.5)),
        (Mode.HYBRID, Depth(whole=0.0), Depth(whole=0.5)),
    ],
)
def test_documents_are_looked_into_and_people_are_ranked_by_passages(
    organisation: Organisation, mode: Mode, plain: Depth, into: Depth
) -> None:
    amy, bob = PersonId("amy"), PersonId("bob")
    organisation.take(
        Document(id="within", title="", text=LONG, authors=(amy,)),
        Document(id="long", title="", text=LONG * 4, authors=(amy,)),
        *(Document(id=f"d{i}", title="", text=t, authors=(bob,)) for i, t in enumerate(TEXTS)),
    )
    query, viewer = understand(ASKED, mode=mode), organisation.viewer()
    people, documents = [], []
    for depth in (plain, into):
        retriever = retriever_of(organisation, depth)
        finder = Finder(organisation.library, retriever, clock=lambda: NOW)
        people.append(finder.ranked_people(query, viewer))
        documents.append(finder.ranked_records(query, viewer))
    assert people[0] == people[1]
    assert documents[0] != documents[1]


@pytest.mark.parametrize(("mode", "weight"), [(Mode.MEANING, 1.0), (Mode.HYBRID, 0.5)])
def test_meaning_bends_at_a_tenth_of_what_may_be_read_whatever_else_there_is(
    organisation: Organisation, mode: Mode, weight: float
) -> None:
    organisation.take(*(_numbered(number) for number in range(550)))
    passages, alone = _meanings(organisation, mode)
    seen = organisation.readable()
    vector = organisation.encoder.encode_query(ASKED)
    near = organisation.meaning.scorer(vector, seen).score(passages)
    best, bend, worst = np.sort(near)[::-1][[0, 55, -1]]  # 55 of 550 are nearer than the bend
    above = ((near - bend) / (best - bend)).clip(min=0.0)
    expected = weight * (0.9 * above + 0.1 * (near - worst) / (best - worst))
    np.testing.assert_allclose(alone, expected, rtol=0, atol=1e-9)

    organisation.take(*(_numbered(number, acl=("user:boss",)) for number in range(550, 1_200)))
    np.testing.assert_array_equal(_meanings(organisation, mode)[1], alone)


def test_meaning_does_not_bend_where_all_that_is_near_is_alike(organisation: Organisation) -> None:
    organisation.take(
        *(Post(id=f"same{number}", text=ASKED) for number in range(60)),
        *(_numbered(number) for number in range(60)),
    )
    assert _meanings(organisation, Mode.MEANING)[1].max() == 1.0


def _numbered(number: int, acl: tuple[str, ...] | None = None) -> Post:
    words = [TEXTS[number % len(TEXTS)], *(f"mot{number * k % 97}" for k in range(1, number % 23))]
    return Post(id=f"p{number}", text=" ".join(words), acl=acl)


def _meanings(organisation: Organisation, mode: Mode) -> tuple[Ints, Floats]:
    """The passages found by meaning, and what meaning gives each."""
    seen = organisation.readable()
    query = understand(ASKED, mode=mode)
    found = retriever_of(organisation, Depth()).retrieve(query, seen, within=seen)
    return found.passages, found.relevance.parts[Part.MEANING]
