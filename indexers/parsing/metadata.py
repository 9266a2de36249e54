"""What files say about themselves: title, authors, dates, language."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from lxml import etree

from indexers.parsing.package import Package, local_name
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
_FIRST_YEAR = 1970
"""Dates before it are zeroes of some calendar, such as 1601 in Windows."""

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


def office_metadata(package: Package) -> Metadata:
    """From an OOXML file's core properties or an OpenDocument's ``meta.xml``."""
    core = (path for kind, path in package.related().values() if kind == "core-properties")
    root = package.xml(next(core, "meta.xml"))
    return Metadata() if root is None else properties_metadata(root)


def properties_metadata(root: etree._Element) -> Metadata:
    """From the elements of core properties, of ``meta.xml``, or of Dublin Core."""
    said: dict[str, str] = {}
    for element in root.iter(etree.Element):
        if element.text and element.text.strip():
            said.setdefault(local_name(element), element.text.strip())
    # In OpenDocument, ``creator`` is who saved it last.
    return Metadata(
        title=said.get("title", ""),
        authors=_present(said, "initial-creator", "creator")[:1],
        created_at=_iso(_present(said, "created", "creation-date")),
        modified_at=_iso(_present(said, "modified", "date")),
        language=said.get("language"),
    )


def parsed_html(page: str) -> etree._Element:
    """A page's tree, whatever is wrong with its markup."""
    root = etree.fromstring(page.encode() or b"<html/>", etree.HTMLParser(encoding="utf-8"))
    return etree.Element("html") if root is None else root


def html_metadata(root: etree._Element) -> Metadata:
    """From a page's ``title``, ``meta`` elements and ``lang``."""
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
    """In UTC, which files mean where they do not say; None before there were files."""
    if moment is None or moment.year < _FIRST_YEAR:
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
