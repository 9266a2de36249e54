"""Errors, classed by what the caller can do about them.

    FinderError
    ├── InputError            mend the input
    │   ├── RecordError       one record or line is refused; the rest goes in
    │   ├── QueryError        the query cannot be answered as it stands
    │   ├── NotFoundError     nothing by that id, for this viewer
    │   ├── IdempotencyError  a key that was given to something else
    │   └── ClickLogOffError  the organisation keeps no click log
    ├── RetryError            try again later
    │   ├── BusyError         another process writes
    │   └── LoadingError      the encoder is being loaded
    └── OperatorError         somebody has to mend the installation
        ├── SettingsError     the configuration is wrong
        ├── DependencyError   an optional package or model is missing
        ├── EncodingError     the encoder failed
        └── StorageError      disk, format version or encoder identity

Every class has a stable ``code``, which logs, the HTTP API and ``--json`` output repeat.
"""

from typing import ClassVar


class FinderError(Exception):
    """The root: every error that Finder raises on purpose."""

    code: ClassVar[str] = "error"


class InputError(FinderError):
    """The caller can mend the input."""

    code = "input"


class RecordError(InputError):
    """A record is refused.

    Args:
        reason: What is wrong and what would be right.
        field: The field at fault, if one is.
    """

    code = "record"

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


class QueryError(InputError):
    """The query cannot be answered as it stands.

    Args:
        reason: What is wrong and what would be right.
        part: The part of the query at fault, if only one is.
    """

    code = "query"

    def __init__(self, reason: str, *, part: str | None = None) -> None:
        super().__init__(reason)
        self.part = part


class NotFoundError(InputError):
    """There is nothing by that id that this viewer may read."""

    code = "not-found"


class IdempotencyError(InputError):
    """A request's idempotency key came with another body before."""

    code = "idempotency-key"


class ClickLogOffError(InputError):
    """The organisation keeps no click log."""

    code = "click-log-off"


class RetryError(FinderError):
    """The same call may succeed later."""

    code = "retry"


class BusyError(RetryError):
    """Another process holds the writer's lock; the message says which."""

    code = "busy"


class LoadingError(RetryError):
    """The encoder is not there yet; words answer in the meantime."""

    code = "loading"


class OperatorError(FinderError):
    """Somebody who runs the installation has to act; the message says how."""

    code = "operator"


class SettingsError(OperatorError):
    """The configuration is wrong."""

    code = "settings"


class DependencyError(OperatorError):
    """A package or a model is missing; the message names what to install."""

    code = "dependency"


class EncodingError(OperatorError):
    """The encoder could not turn texts into vectors."""

    code = "encoding"


class StorageError(OperatorError):
    """Stored data cannot be used as it is; the message names the command that mends it."""

    code = "storage"
