"""Who sent a mail, when and about what; and its parts where it is too odd for ``unstructured``."""

import re
from email import message_from_bytes, policy
from email.utils import getaddresses, parseaddr
from io import BytesIO
from typing import TYPE_CHECKING

from indexers.parsing.decoding import decoded
from indexers.parsing.metadata import as_utc
from indexers.parsing.parsed import Metadata

if TYPE_CHECKING:
    from email.message import Message

_EXCHANGE_SENDER = re.compile(r'"([^"]+)" </o=.*>', re.IGNORECASE)
"""A name and, for an address, a path in the company's directory."""


class _Lenient(policy.Compat32):
    """Headers as they are written: with accents too, though they should be in ASCII."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - as it is called
        return decoded(value.encode("ascii", errors="surrogateescape"))


def mail_message(data: bytes) -> "Message[str, str]":
    """A mail's headers and parts, however odd they are."""
    return message_from_bytes(data, policy=_Lenient())  # the newer one fails on odd headers


def mail_metadata(data: bytes) -> Metadata:
    """From a mail's ``From``, ``Subject`` and ``Date``."""
    mail = mail_message(data)
    decode = policy.default.header_factory
    senders = getaddresses([str(decode("Subject", value)) for value in mail.get_all("From", [])])
    try:
        date = decode("Date", mail.get("Date", "")).datetime
    except (TypeError, ValueError, AttributeError):
        date = None
    return Metadata(
        title=str(decode("Subject", mail.get("Subject", ""))),
        authors=tuple(_author(name, address) for name, address in senders[:1]),
        created_at=as_utc(date),
    )


def message_metadata(data: bytes) -> Metadata:
    """From an Outlook message's sender, subject and date."""
    import oxmsg

    message = oxmsg.Message.load(BytesIO(data))
    sender = str(policy.default.header_factory("Subject", message.sender or ""))
    quoted = _EXCHANGE_SENDER.fullmatch(sender)
    name, address = (quoted[1], "") if quoted else parseaddr(sender)
    return Metadata(
        title=message.subject or "",
        authors=(_author(name, address),) if name or address else (),
        created_at=as_utc(message.sent_date),
    )


def mail_parts(data: bytes, kind: str) -> list[bytes]:
    """What a mail's parts of a type hold, such as ``text/plain``; attached files are left out."""
    parts = (
        part.get_payload(decode=True)
        for part in mail_message(data).walk()
        if part.get_content_type() == kind and part.get_filename() is None
    )
    return [content for content in parts if isinstance(content, bytes)]


def _author(name: str, address: str) -> str:
    # Inside one company, Exchange gives a directory path in place of an address.
    return f"{name} <{address}>" if name and "@" in address else name or address
