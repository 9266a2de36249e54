"""Cursors: where the next part of a list starts, and of which list."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b

from finder.errors import QueryError
from finder.query import Query

_LAYOUT = struct.Struct(">I8s")


def encode_cursor(offset: int, query: Query, *, route: str) -> str:
    """An opaque text that stands for a place in the answer to one query on one route."""
    return urlsafe_b64encode(_LAYOUT.pack(offset, _digest(query, route))).decode()


def decode_cursor(cursor: str | None, query: Query, *, route: str) -> int:
    """The offset that a cursor stands for; 0 without one.

    Raises:
        QueryError: It is not a cursor, or one of another query.
    """
    if cursor is None:
        return 0
    try:
        offset, digest = _LAYOUT.unpack(urlsafe_b64decode(cursor))
    except (ValueError, struct.error) as error:
        raise QueryError("The cursor is not one that this API gave out.") from error
    if digest != _digest(query, route):
        raise QueryError("The cursor belongs to another query: ask without it first.")
    return int(offset)


def _digest(query: Query, route: str) -> bytes:
    asked = f"{route}\n{query.mode}\n{query.as_typed}\n{query.typed}"
    return blake2b(asked.encode(), digest_size=8).digest()
