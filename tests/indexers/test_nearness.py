"""Near words, compared with looking at every word."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from indexers.lexical.nearness import SHORTEST_BEGUN, NearWords, cost, folded, mistakes_allowed

LETTERS = "abcdeinrst"
word = st.text(LETTERS, min_size=3, max_size=12)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Sécurité", "securite"),
        ("ŒUVRE", "oeuvre"),
        ("Müller", "muller"),
        ("straße", "strasse"),
        ("Ångström", "angstrom"),
        ("Łódź", "lodz"),
    ],
)
def test_words_are_folded_to_plain_letters(written: str, plain: str) -> None:
    assert folded(written) == plain


@pytest.mark.parametrize(
    ("typed", "meant", "mistakes", "expected"),
    [
        ("budget", "budget", 0.0, 0.0),
        ("budgte", "budget", 1.0, 0.7),
        ("adresse", "addresse", 1.0, 0.5),
        ("addrese", "adresse", 2.0, 0.5),
        ("budgat", "budget", 1.0, 1.0),
        ("assianissemant", "assainissement", 2.0, 2.0),
    ],
)
def test_swapped_and_doubled_letters_cost_less(
    typed: str, meant: str, mistakes: float, expected: float
) -> None:
    assert cost(typed, meant, mistakes) == expected


@given(st.lists(word, max_size=40), word)
def test_every_word_that_is_near_enough_is_found(words: list[str], typed: str) -> None:
    most = mistakes_allowed(typed)
    expected = [i for i, other in enumerate(words) if OSA.distance(typed, other) <= most]
    assert [place for place, _ in NearWords().grown(words).near(typed)] == expected


@given(st.lists(word, max_size=40), word)
def test_every_longer_word_that_begins_so_is_found(words: list[str], typed: str) -> None:
    words = [*words, typed + "e", typed, typed[:-1]]
    longer = [i for i, other in enumerate(words) if other.startswith(typed) and other != typed]
    expected = longer if len(typed) >= SHORTEST_BEGUN else []
    assert NearWords().grown(words).begun(typed) == expected


def test_words_added_in_parts_are_those_added_at_once() -> None:
    random = Random(1)  # noqa: S311 - a repeatable test, no secret
    words = ["".join(random.choices(LETTERS, k=random.randint(3, 10))) for _ in range(300)]
    once, parts = NearWords().grown(words), NearWords().grown(words[:100]).grown(words[100:])
    assert all(once.near(typed) == parts.near(typed) for typed in words)
    assert all(once.begun(typed[:4]) == parts.begun(typed[:4]) for typed in words)
    assert NearWords().near("eau") == [] == NearWords().begun("eaux")
