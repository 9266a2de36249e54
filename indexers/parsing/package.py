"""Office and book formats that are zip archives of XML parts."""

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import PurePosixPath
from types import TracebackType
from typing import IO, Self

from lxml import etree

from indexers.parsing.nesting import check_ratio, too_large
from indexers.parsing.parsed import FailureReason, ParseError

MAX_PACKAGE_BYTES = 1024 * 2**20
"""Of all parts of a package unpacked. Streamed parts may come near it."""
MAX_TREE_BYTES = 64 * 2**20
"""Of a part that is held as a tree, which takes some ten times its size in memory."""

RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Package:
    """A zip archive whose parts are found whatever the case of their names.

    Raises:
        ParseError: It is damaged, encrypted or a bomb.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise damaged() from error
        infos = self._archive.infolist()
        # ``zipfile`` never gives more than an entry announces, so these sums bind.
        if sum(info.file_size for info in infos) > MAX_PACKAGE_BYTES:
            raise too_large(f"unpacks to over {MAX_PACKAGE_BYTES >> 20} MB")
        for info in infos:
            check_ratio(info.file_size, info.compress_size)
        self._infos = {info.filename.lower(): info for info in infos}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._infos

    def open(self, name: str) -> IO[bytes]:
        """A part, to be read as it unpacks.

        Raises:
            ParseError: It is not there, damaged or encrypted.
        """
        try:
            return self._archive.open(self._infos[name.lower()])
        except (KeyError, zipfile.BadZipFile, NotImplementedError) as error:
            raise damaged() from error
        except RuntimeError as error:  # what zipfile says when a password is needed
            raise ParseError(FailureReason.ENCRYPTED, "the file asks for a password") from error

    def read(self, name: str) -> bytes:
        """A part's content; empty if there is no such part."""
        if name not in self:
            return b""
        if self._infos[name.lower()].file_size > MAX_TREE_BYTES:
            raise too_large(f"has a part of over {MAX_TREE_BYTES >> 20} MB ({name})")
        with self.open(name) as part:
            try:
                return part.read()
            except (zipfile.BadZipFile, EOFError, zlib.error) as error:
                raise damaged() from error

    def xml(self, name: str) -> etree._Element | None:
        """A part as a tree; None if there is no such part, or nothing in it is XML."""
        return parsed_xml(self.read(name))

    def related(self, name: str = "") -> Mapping[str, tuple[str, str]]:
        """The parts that an OOXML part names: by id, the last word of the type and the path."""
        path = PurePosixPath(name)
        root = self.xml(str(path.parent / "_rels" / f"{path.name}.rels") if name else "_rels/.rels")
        return {
            link.get("Id", ""): (
                link.get("Type", "").rpartition("/")[2],
                _resolved(path.parent, link.get("Target", "")),
            )
            for link in (() if root is None else root.iter(RELATIONSHIPS))
            if link.get("TargetMode") != "External"
        }

    def main_part(self) -> str:
        """The path of the part that an OOXML package is about; empty if it names none."""
        parts = (path for kind, path in self.related().values() if kind == "officeDocument")
        return next((path for path in parts if path in self), "")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._archive.close()


def parsed_xml(data: bytes) -> etree._Element | None:
    """The tree of an XML text, as far as it can be read; entities stay as they are.

    A small file could make entities grow without end, or fetch a file of the machine.
    """
    if not data.strip():
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    return etree.fromstring(data, parser)


def streamed(
    part: IO[bytes], tags: tuple[str, ...], is_wanted: Callable[[etree._Element], bool]
) -> Iterator[etree._Element]:
    """The wanted elements of a part, each forgotten when the next is asked for.

    Raises:
        ParseError: The part is damaged, or no XML at all.
    """
    events = etree.iterparse(part, tag=tags, recover=True, resolve_entities=False, no_network=True)
    try:
        for _, element in events:
            if is_wanted(element):
                yield element
                element.clear(keep_tail=False)
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except (etree.XMLSyntaxError, zipfile.BadZipFile, EOFError, zlib.error) as error:
        raise damaged() from error


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace; empty for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """An attribute that has a namespace, whatever that is; empty if there is none."""
    return next((str(v) for key, v in element.items() if str(key).endswith(f"}}{name}")), "")


def damaged() -> ParseError:
    """The error for an archive that is not whole."""
    return ParseError(FailureReason.CORRUPT, "the file is cut short or damaged")


def _resolved(folder: PurePosixPath, target: str) -> str:
    """A target's path from the package's root."""
    parts: list[str] = []
    for part in (folder / target).parts:
        if part == "..":
            parts = parts[:-1]
        elif part not in ("/", "."):
            parts.append(part)
    return "/".join(parts)
