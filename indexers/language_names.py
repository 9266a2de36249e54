"""What the languages are called that people say they speak."""

from collections.abc import Iterable
from functools import cache

from babel import Locale

from finder.domain import Language


def language_names(declared: Iterable[str], shared: Language) -> list[str]:
    """The names of languages, each once, in that of the organisation.

    Args:
        declared: Codes (BCP 47: ``de``, ``pt-BR``), or words, which are kept as they are.
        shared: The language of the organisation, French or English. It is left out: that
            everybody speaks it tells nothing.
    """
    names = _names(shared)
    said = (names.get(_primary(each), each) for each in map(str.strip, declared))
    named = {name.casefold(): name for name in said}
    named.pop(names[shared.value].casefold(), None)
    return list(named.values())


def _primary(declared: str) -> str:
    """What a code begins with, which names the language."""
    return declared.lower().replace("_", "-").partition("-")[0]


@cache
def _names(language: Language) -> dict[str, str]:
    return {str(code): str(name) for code, name in Locale(language.value).languages.items()}
