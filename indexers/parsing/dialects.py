"""Office packages of rarer kinds, as the kind that libraries read; and text that they pass over."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from indexers.parsing.package import Package
from indexers.parsing.parsed import Block

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
"""The names of the strict variant (ISO/IEC 29500-1), which "Strict Open XML" saves."""
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/"

_SHOW = re.compile(
    rb"application/vnd\.(?:openxmlformats-officedocument\.presentationml|ms-powerpoint)"
    rb"\.(?:slideshow|template)(?:\.macroEnabled)?\.main\+xml"
)
"""A presentation that opens as a show, or as a new one."""
_PRESENTATION = (
    b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
)

_TYPES = "[Content_Types].xml"

_DRAWN = ("xl/drawings/drawing", "xl/diagrams/data", "ppt/diagrams/data", "word/diagrams/data")
"""How the parts begin that hold the text boxes of workbooks, and what SmartArt says."""


def common_kind(data: bytes) -> bytes:
    """A package whose namespaces and type libraries know; the same bytes, if it is one."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        strict = _STRICT.search(package.read("_rels/.rels"))
        show = _SHOW.search(package.read(_TYPES))
        if not (strict or show):
            return data
        copy = BytesIO()
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as rewritten:
            for info in package.infolist():
                part = package.read(info)
                if info.filename == _TYPES:
                    part = _SHOW.sub(_PRESENTATION, part)
                if strict and info.filename.endswith((".xml", ".rels")):
                    part = _STRICT.sub(_TRANSITIONAL, part)
                rewritten.writestr(info.filename, part)
    return copy.getvalue()


def drawn_text(package: Package) -> Iterator[Block]:
    """The paragraphs of text boxes and diagrams that are no part of the running text."""
    for name in package.names:
        root = package.xml(name) if name.startswith(_DRAWN) and name.endswith(".xml") else None
        for paragraph in () if root is None else root.iter("{*}p"):
            text = "".join(run.text or "" for run in paragraph.iter("{*}t")).strip()
            if text:
                yield Block(text=text)
