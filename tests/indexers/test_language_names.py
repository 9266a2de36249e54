"""The languages that a profile declares, by the names that people ask for."""

import pytest

from finder.domain import Language
from indexers.language_names import language_names


@pytest.mark.parametrize(
    ("declared", "shared", "named"),
    [
        (("fr", "de", "pt-BR", "zh_Hant"), Language.FRENCH, ["allemand", "portugais", "chinois"]),
        (("EN", "br", "wo", "ta"), Language.FRENCH, ["anglais", "breton", "wolof", "tamoul"]),
        (("fr", "en", "ta"), Language.ENGLISH, ["French", "Tamil"]),
        (("Français", " grec ", "el", "basque (C1)"), Language.FRENCH, ["grec", "basque (C1)"]),
        ((), Language.FRENCH, []),
    ],
)
def test_codes_have_names_and_words_stay(
    declared: tuple[str, ...], shared: Language, named: list[str]
) -> None:
    assert language_names(declared, shared) == named
