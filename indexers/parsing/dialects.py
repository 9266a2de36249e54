"""Office packages of rarer kinds, as the kind that libraries read."""

import re
import zipfile
from io import BytesIO

from indexers.parsing.package import Package

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

_TYPES = "[content_types].xml"


def common_kind(package: Package, data: bytes) -> bytes:
    """A package whose namespaces and type libraries know.

    Args:
        package: Its parts.
        data: The same, which is returned as it is where it is of the common kind.
    """
    strict = _STRICT.search(package.read("_rels/.rels"))
    if not (strict or _SHOW.search(package.read(_TYPES))):
        return data
    copy = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as archive,
        zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as rewritten,
    ):
        for info in archive.infolist():
            part = archive.read(info)
            if info.filename.lower() == _TYPES:
                part = _SHOW.sub(_PRESENTATION, part)
            if strict and info.filename.endswith((".xml", ".rels")):
                part = _STRICT.sub(_TRANSITIONAL, part)
            rewritten.writestr(info.filename, part)
    return copy.getvalue()
