"""Who sent a mail, when and about what; and its text where it is too odd for ``unstructured``."""

import re
from email import message_from_bytes, policy
from email.utils import getaddresses, parseaddr
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from indexers.parsing.decoding import decoded
from indexers.parsing.metadata import as_utc
from indexers.parsing.parsed import Metadata

if TYPE_CHECKING:
    from email.message import Message

_EXCHANGE_SENDER = re.compile(r'"([^"]+)" </o=.*>', re.IGNORECASE)
"""A name and, for an address, a path in the company's directory."""


def mail_metadata(data: bytes) -> Metadata:
    """From a mail's ``From``, ``Subject`` and ``Date``."""
    mail = message_from_bytes(data, policy=policy.compat32)
    decode = policy.default.header_factory
    senders = getaddresses([str(decode("Subject", value)) for value in _values(mail, "From")])
    try:
        date = decode("Date", *_values(mail, "Date")[:1]).datetime
    except (TypeError, ValueError, AttributeError):
        date = None
    return Metadata(
        title=" ".join(str(decode("Subject", value)) for value in _values(mail, "Subject")[:1]),
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


def mail_text(data: bytes, kind: Literal["plain", "html"]) -> str:
    """The text of a mail's parts of one kind, whatever they say of their encodings."""
    parts = message_from_bytes(data, policy=policy.compat32).walk()
    contents = (part.get_payload(decode=True) for part in parts if _is_text(part, kind))
    return "\n\n".join(decoded(content) for content in contents if isinstance(content, bytes))


def _is_text(part: "Message[str, str]", kind: str) -> bool:
    return part.get_content_type() == f"text/{kind}" and part.get_filename() is None


def _values(mail: "Message[str, str]", name: str) -> list[str]:
    """A header's values. Many programs write accents as they are, in whatever encoding."""
    return [
        decoded(value.encode("ascii", "surrogateescape"))
        for key, value in mail.raw_items()
        if key.lower() == name.lower()
    ]


def _author(name: str, address: str) -> str:
    # Inside one company, Exchange gives a directory path in place of an address.
    return f"{name} <{address}>" if name and "@" in address else name or address
