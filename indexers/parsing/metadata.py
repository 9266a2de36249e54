"""What files say about themselves: title, authors, dates, language."""

import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from io import BytesIO

from lxml import etree

from indexers.parsing.parsed import Metadata

# Titles and authors that programs write by themselves, and that name nothing and nobody.
_EMPTY_TITLES = re.compile(
    r"(untitled|sans titre|document ?\d*|presentation ?\d*|présentation ?\d*|powerpoint"
    r" presentation|présentation powerpoint|title|word document|slide ?\d*)\.?",
    re.IGNORECASE,
)
_FILE_NAME_TITLE = re.compile(
    r"(microsoft (word|powerpoint|excel) - .*|\S+\.\w{2,4})", re.IGNORECASE
)
_EMPTY_AUTHORS = frozenset(
    (
        *("admin", "administrateur", "administrator", "author", "auteur", "owner", "root"),
        *("unknown", "inconnu", "user", "utilisateur", "microsoft user", "microsoft office user"),
        *("utilisateur microsoft office", "openpyxl", "python-docx", "steve canny", "xlsxwriter"),
    )
)
_MAX_AUTHORS = 50
"""Past that, a list of authors is a mailing list or garbage."""


def sensible(metadata: Metadata) -> Metadata:
    """The metadata without what programs fill in by themselves."""
    title = " ".join(metadata.title.split())
    if _EMPTY_TITLES.fullmatch(title) or _FILE_NAME_TITLE.fullmatch(title):
        title = ""
    named = (" ".join(part.split()) for author in metadata.authors for part in author.split(";"))
    authors = [name for name in named if name and name.casefold() not in _EMPTY_AUTHORS]
    return Metadata(
        title=title,
        authors=tuple(dict.fromkeys(authors))[:_MAX_AUTHORS],
        created_at=metadata.created_at,
        modified_at=metadata.modified_at,
        language=metadata.language or None,
    )


def office_metadata(data: bytes) -> Metadata:
    """From an OOXML file's ``docProps/core.xml`` or an OpenDocument's ``meta.xml``."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        part = next((p for p in ("docProps/core.xml", "meta.xml") if p in archive.namelist()), None)
        if part is None:
            return Metadata()
        # Entities stay as they are: a small file could make them grow without end.
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
        root = etree.fromstring(archive.read(part), parser)
    if root is None:
        return Metadata()
    said = {
        etree.QName(element).localname: element.text.strip()
        for element in root.iter(etree.Element)
        if element.text and element.text.strip()
    }
    # In OpenDocument, ``creator`` is who saved it last.
    return Metadata(
        title=said.get("title", ""),
        authors=_present(said, "initial-creator", "creator")[:1],
        created_at=_iso(_present(said, "created", "creation-date")),
        modified_at=_iso(_present(said, "modified", "date")),
        language=said.get("language"),
    )


def html_metadata(html: str) -> Metadata:
    """From a page's ``title``, ``meta`` elements and ``lang``."""
    root = etree.fromstring(html.encode(), etree.HTMLParser(encoding="utf-8", no_network=True))
    if root is None:
        return Metadata()
    said = {
        (meta.get("name") or meta.get("property") or "").lower(): meta.get("content", "").strip()
        for meta in root.iter("meta")
    }
    authors = _present(said, "author", "dcterms.creator", "dc.creator")[:1]
    return Metadata(
        title=root.findtext(".//title") or said.get("og:title", ""),
        authors=authors,
        created_at=_iso(_present(said, "article:published_time", "dcterms.created", "date")),
        modified_at=_iso(_present(said, "article:modified_time", "dcterms.modified")),
        language=root.get("lang"),
    )


def as_utc(moment: datetime | None) -> datetime | None:
    """In UTC, which files mean where they do not say."""
    if moment is None:
        return None
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        return None


def _present(said: Mapping[str, str], *names: str) -> tuple[str, ...]:
    return tuple(said[name] for name in names if said.get(name))


def _iso(texts: Iterable[str]) -> datetime | None:
    for text in texts:
        try:
            return as_utc(datetime.fromisoformat(text))
        except ValueError:
            continue
    return None
