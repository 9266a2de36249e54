"""Words in the drawings of office packages, which libraries pass over."""

from collections.abc import Iterator

from indexers.parsing.package import Package
from indexers.parsing.parsed import Block

_DRAWN = ("xl/drawings/drawing", "xl/diagrams/data", "ppt/diagrams/data", "word/diagrams/data")
"""How the parts begin that hold the text boxes of workbooks, and what SmartArt says."""


def drawn_text(package: Package) -> Iterator[Block]:
    """The paragraphs of text boxes and diagrams that stand in parts of their own."""
    for name in package.names:
        root = package.xml(name) if name.startswith(_DRAWN) and name.endswith(".xml") else None
        for paragraph in () if root is None else root.iter("{*}p"):
            text = "".join(run.text or "" for run in paragraph.iter("{*}t")).strip()
            if text:
                yield Block(text=text)
