"""Which words meet, as those who search expect it: a table of pairs, and what holds for all.

The table, ``analysis_pairs.tsv``, says what is wanted; what is not reached is marked there with
its reason, and fails here on the day that it is.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.domain import Language
from indexers.lexical import analysis
from indexers.lexical.acronyms import standard_acronyms
from indexers.lexical.analysis import (
    Starts,
    query_terms,
    standard_analyser,
    word_forms,
)
from indexers.lexical.tokens import surfaces, words

FR, EN = Language.FRENCH, Language.ENGLISH


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    language: Language
    query: str
    text: str
    meet: bool
    why: str
    not_reached: str

    def __str__(self) -> str:
        sign = "=" if self.meet else "≠"
        return f"{self.why}: {self.query} {sign} {self.text} ({self.language})"


def read_pairs() -> list[Pair]:
    with Path(__file__).with_name("analysis_pairs.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            Pair(
                language=Language(row["language"]),
                query=row["query"],
                text=row["text"],
                meet={"yes": True, "no": False}[row["match"]],
                why=row["why"],
                not_reached=row["not reached because"],
            )
            for row in rows
        ]


PAIRS = read_pairs()
REACHED = [pair for pair in PAIRS if pair.meet and not pair.not_reached]


def meet(query: str, text: str, language: Language) -> bool:
    """Whether a text holds a form of every word of a query."""
    held = set(standard_analyser().terms(text, language))
    asked = query_terms(query)
    return bool(asked) and all(not forms.isdisjoint(held) for forms in asked)


def marked(pair: Pair) -> pytest.ParameterSet | Pair:
    if not pair.not_reached:
        return pair
    return pytest.param(pair, marks=pytest.mark.xfail(reason=pair.not_reached, strict=True))


@pytest.mark.parametrize("pair", [marked(pair) for pair in PAIRS], ids=str)
def test_words_meet_or_stay_apart(pair: Pair) -> None:
    assert meet(pair.query, pair.text, pair.language) is pair.meet


def test_the_table_is_large_and_what_it_misses_is_little() -> None:
    assert len(PAIRS) > 600
    assert len({(pair.language, pair.query, pair.text) for pair in PAIRS}) == len(PAIRS)
    assert sum(bool(pair.not_reached) for pair in PAIRS) / len(PAIRS) < 0.03


@pytest.mark.parametrize("pair", REACHED, ids=str)
def test_a_word_that_meets_is_marked(pair: Pair) -> None:
    wanted = frozenset().union(*query_terms(pair.query))
    starts = Starts(wanted)
    meeting = [word for _, _, word in words(pair.text) if word_forms(word) & wanted]
    phrases = {term for term in wanted if " " in term}
    assert meeting or phrases.intersection(standard_analyser().terms(pair.text, pair.language))
    assert all(starts[word[:2]] for word in meeting if word.isalpha())


@pytest.mark.parametrize("pair", REACHED, ids=str)
def test_what_stands_around_a_word_changes_nothing(pair: Pair) -> None:
    around = f"« {pair.text} », dit-on ; ({pair.text})."
    assert meet(pair.query, around, pair.language)


def test_words_stand_where_they_are() -> None:
    text = "L’eau, le C++ (et Node.js) : 3D, R & D, chargé(e)s."
    found = [(word, text[start:end]) for start, end, word in words(text)]
    assert [surface for surface, _ in found] == [
        "L’eau",
        "le",
        "C++",
        "et",
        "Node.js",
        "3D",
        "R & D",
        "chargé(e)s",
    ]
    assert all(surface == at for surface, at in found)


@given(st.text(alphabet="abÉ R&D+#./-’'()·,;«»”…\n\u00a0l12", max_size=40))
def test_words_are_the_same_told_one_chunk_after_the_other(text: str) -> None:
    assert [surface for _, _, surface in words(text)] == surfaces(text)
    assert all(text[start:end] == surface for start, end, surface in words(text))


def test_a_blob_is_no_word() -> None:
    terms = standard_analyser().terms
    assert terms("x" * 101, FR) == []
    assert terms("x" * 100, FR) == ["x" * 100]


def test_a_word_asked_twice_is_looked_for_once() -> None:
    assert len(query_terms("eau Eau l'eau")) == 1


def test_stop_words_are_not_looked_for() -> None:
    assert query_terms("de la") == []
    assert query_terms("à l'un ou the other's") == query_terms("other")


def test_each_word_counts_once() -> None:
    assert standard_analyser().terms("le réseau, les réseaux", FR) == ["reseau", "reseau"]
    assert standard_analyser().terms("networks of the network", EN) == ["network", "network"]


def test_remembering_and_forgetting_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "L’évaluation des développeur·euses (RGPD) : voir l'annexe 3.11, l'annexe 3.12."
    monkeypatch.setattr(analysis, "_REMEMBERED", 2)
    forgetful = analysis.Analyser(standard_acronyms())
    for language in (FR, EN, FR):
        assert forgetful.terms(text, language) == standard_analyser().terms(text, language)
