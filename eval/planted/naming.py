"""How people are asked for by name."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from eval.planted.mistakes import without_accents
from eval.planted.wording import load_wording

BEGUN = 3
"""Letters of a family name that is only begun."""


def spellings(names: Mapping[str, str], count: int) -> Iterator[tuple[str, str, str]]:
    """People and what is typed to find each of them, which begins nobody else's name.

    Args:
        names: Everybody's name.
        count: How many people for each form, all different.

    Yields:
        The form, the text and whom it means.
    """
    known = [without_accents(name) for name in names.values()]
    left = dict(names)
    for form, spell in _FORMS.items():
        found = 0
        for person, name in list(left.items()):
            text = spell(name)
            if text == name or _beginning(known, without_accents(text)) > 1:
                continue
            yield form, text, person
            del left[person]
            found += 1
            if found == count:
                break


def _beginning(names: Sequence[str], text: str) -> int:
    return sum(name.startswith(text) for name in names)


def _turned(name: str) -> str:
    first, last = name.split(" ", maxsplit=1)
    return f"{last} {first}"


def _begun(name: str) -> str:
    first, last = without_accents(name).split(" ", maxsplit=1)
    return f"{first} {last[:BEGUN]}"


def _heard(name: str) -> str:
    heard = load_wording().heard
    first, last = name.split(" ", maxsplit=1)
    return f"{heard.get(first, first)} {heard.get(last, last)}"


_FORMS: Mapping[str, Callable[[str], str]] = {
    "hurried": without_accents,
    "turned": _turned,
    "begun": _begun,
    "heard": _heard,
}
