from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.snippets import SNIPPET_LENGTH, Snippet, Span, snippet

LONG = " ".join(f"mot{number}" for number in range(200))
MARKS = len("… ") + len(" …")

WORDS = st.lists(
    st.text("abcdéœ", min_size=1, max_size=12) | st.just("cible"), min_size=1, max_size=200
)


def spans_of(word: str, text: str) -> list[Span]:
    places, at = [], text.find(word)
    while at >= 0:
        places.append(Span(at, at + len(word)))
        at = text.find(word, at + len(word))
    return places


def marked(shown: Snippet) -> list[str]:
    return [shown.text[span.start : span.end] for span in shown.highlights]


def test_a_short_text_is_shown_whole() -> None:
    shown = snippet("L'eau est là.", [Span(2, 5)])
    assert shown == Snippet(text="L'eau est là.", highlights=(Span(2, 5),))


def test_a_long_text_without_a_match_is_shown_from_its_start() -> None:
    shown = snippet(LONG, [])
    assert shown.text.startswith("mot0 mot1")
    assert shown.text.endswith(" …")
    assert len(shown.text) <= SNIPPET_LENGTH + MARKS


def test_it_is_cut_between_words() -> None:
    shown = snippet(LONG, spans_of("mot120", LONG))
    assert shown.text.startswith("… mot1")
    assert set(shown.text.strip("… ").split()) <= set(LONG.split())
    assert marked(shown) == ["mot120"]


def test_it_shows_where_the_matches_are_thickest() -> None:
    text = "eau " + "x " * 400 + "eau pluie eau" + " x" * 400
    shown = snippet(text, sorted(spans_of("eau", text) + spans_of("pluie", text)))
    assert marked(shown) == ["eau", "pluie", "eau"]


def test_the_end_of_a_text_is_shown_to_the_last_word() -> None:
    shown = snippet(LONG, spans_of("mot199", LONG))
    assert shown.text.endswith("mot199")


@pytest.mark.parametrize("before", ["x" * 400, "x\n" * 200])
def test_a_match_is_shown_where_no_space_stands_before_it(before: str) -> None:
    text = f"{before}/eau " + "pluie " * 100
    assert marked(snippet(text, spans_of("eau", text))) == ["eau"]


@given(WORDS, st.integers(60, 300))
def test_marks_stand_on_the_same_words_within_the_bound(words: Sequence[str], length: int) -> None:
    text = " ".join(words)
    shown = snippet(text, spans_of("cible", text), length=length)
    assert len(shown.text) <= length + MARKS
    assert set(marked(shown)) <= {"cible"}
    assert bool(shown.highlights) == ("cible" in text)
    assert shown.text.removeprefix("… ").removesuffix(" …") in text
