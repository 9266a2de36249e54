"""Headings that texts mark with characters, and what a text says of itself."""

from collections.abc import Callable, Iterable

import pytest

from indexers.parsing import Block, BlockKind, ParsedFile, outlined

Reader = Callable[[str, bytes], ParsedFile]

RST = """\
======================
Réseau d'eau potable
======================

:Author: Ana Lopes
:Date: 2024-03-05

Le plan du réseau.

Pompes
======

Deux pompes.

Relevés
-------

==== ====
mois débit
==== ====

Vannes
======

-- une vanne
"""
ORG = """\
#+TITLE: Plan de crue
#+AUTHOR: Bruno Le Bihan
#+DATE: <2024-03-05 mar.>

* Alerte :eau:crue:
Qui appeler.
** TODO [#A] Numéros
- astreinte *ferme*
* Retour
"""


WRITTEN = """Une phrase d'abord.
# **Réseau d'eau** #
Le plan du réseau.
## __init__ : C#

```sh
# rien qu'un commentaire
```
#hors-sujet et 3 # 4

Vannes
======
Deux vannes.
"""


def of_blocks(blocks: Iterable[Block]) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in blocks if block.kind is BlockKind.HEADING]


def headings(parsed: ParsedFile) -> list[tuple[int, str]]:
    return of_blocks(parsed.blocks)


def test_what_people_write_in_a_box_has_headings() -> None:
    blocks = outlined(WRITTEN)
    assert of_blocks(outlined(WRITTEN.replace("\n", "\r\n"))) == of_blocks(blocks)
    assert of_blocks(blocks) == [(1, "Réseau d'eau"), (2, "__init__ : C#")]
    assert [block.text for block in blocks if block.kind is BlockKind.TEXT] == [
        "Une phrase d'abord.",
        "Le plan du réseau.",
        "```sh\n# rien qu'un commentaire\n```\n#hors-sujet et 3 # 4",
        "Vannes\n======\nDeux vannes.",
    ]


@pytest.mark.parametrize(
    "hostile",
    ["# a" + " #" * 200_000 + "x", "```\n" * 100_001, "~~~\n```\n" * 50_000, "=" * 400_000 + " x"],
    ids=["marks", "fences", "mixed", "line"],
)
def test_a_hostile_text_takes_no_time(hostile: str) -> None:
    assert outlined(hostile)


def test_underlined_lines_are_headings_by_the_order_of_their_styles(read: Reader) -> None:
    parsed = read("plan.rst", RST.encode())
    assert headings(parsed) == [
        (1, "Réseau d'eau potable"),
        (2, "Pompes"),
        (3, "Relevés"),
        (2, "Vannes"),
    ]
    assert parsed.title == "Réseau d'eau potable"
    assert parsed.authors == ("Ana Lopes",)
    assert str(parsed.created_at)[:10] == "2024-03-05"
    text = "\n".join(block.text for block in parsed.blocks)
    assert all(words in text for words in ("Le plan du réseau.", "mois débit", "-- une vanne"))


def test_starred_lines_are_headings(read: Reader) -> None:
    parsed = read("crue.org", ORG.encode())
    assert headings(parsed) == [(1, "Alerte"), (2, "Numéros"), (1, "Retour")]
    assert parsed.title == "Plan de crue"
    assert parsed.authors == ("Bruno Le Bihan",)
    assert str(parsed.created_at)[:10] == "2024-03-05"
    texts = [block.text for block in parsed.blocks if block.kind is BlockKind.TEXT]
    assert texts == ["Qui appeler.", "- astreinte *ferme*"]


def test_a_line_of_marks_that_is_too_short_underlines_nothing(read: Reader) -> None:
    assert headings(read("a.rst", b"A long sentence\n---\n\nmore")) == []


def test_long_lines_of_marks_take_no_time(read: Reader) -> None:
    lines = b"".join(b"=" * n + b"\n" for n in range(1, 2_000))
    assert read("a.rst", b"words\n\n" + lines + b"*" * 100_000).blocks
