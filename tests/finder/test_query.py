import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.errors import QueryError
from finder.query import LONGEST_QUERY, Mode, Query, understand


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("  facturation   électronique\n", "facturation électronique"),
        ("re\u0301seau", "réseau"),
        ("eau\x00\x07pluie", "eau pluie"),
        ("C++ \tC# .NET R&D", "C++ C# .NET R&D"),
        ("l’eau", "l’eau"),
        ("télé\u00adtravail", "télétravail"),
    ],
)
def test_what_is_typed_is_made_plain(typed: str, text: str) -> None:
    assert understand(typed) == Query(typed=text, text=text, mode=Mode.HYBRID)


@pytest.mark.parametrize("typed", ["", "  \n", "\x00\x1f", "\u200b"])
def test_nothing_to_look_for_is_refused(typed: str) -> None:
    with pytest.raises(QueryError, match="empty"):
        understand(typed)


def test_a_pasted_document_is_refused_by_its_length() -> None:
    assert len(understand("é" * LONGEST_QUERY).text) == LONGEST_QUERY
    with pytest.raises(QueryError, match="1001 characters"):
        understand("é" * (LONGEST_QUERY + 1))


def test_the_mode_is_kept() -> None:
    assert understand("eau", mode=Mode.WORDS).mode is Mode.WORDS


@given(st.text(max_size=300))
def test_what_is_understood_is_understood_the_same_again(typed: str) -> None:
    try:
        once = understand(typed)
    except QueryError:
        return
    assert understand(once.typed) == once
    assert once.typed.isprintable() or "\u2028" in typed or "\u2029" in typed
