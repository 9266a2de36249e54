"""Office packages of rarer kinds, as the kind that libraries read."""

import re
import zipfile
from io import BytesIO

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
