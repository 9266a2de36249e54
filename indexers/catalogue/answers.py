"""Answers to requests that carried an idempotency key, for when they come again.

Source: the IETF draft "The Idempotency-Key HTTP Header Field" (draft-ietf-httpapi-idempotency-key).
"""

from time import time
from typing import Final

from sqlalchemy import delete, insert, select

from finder.errors import IdempotencyError
from indexers.catalogue.database import Database
from indexers.catalogue.schema import answers

_KEPT_SECONDS: Final = 86_400.0
"""A sender that tries again does so within a day."""


class Answers:
    """Keeps answers by key, for a day.

    Args:
        database: The catalogue.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, key: str, request: bytes) -> bytes | None:
        """The answer that a request got the first time, or None where it is the first time.

        Args:
            key: The sender's.
            request: The digest of what was sent.

        Raises:
            IdempotencyError: Something else was sent under this key.
        """
        kept = select(answers).where(answers.c.key == key, answers.c.at >= time() - _KEPT_SECONDS)
        with self._database.reading() as connection:
            row = connection.execute(kept).one_or_none()
        if row is None:
            return None
        if row.request != request:
            raise IdempotencyError(
                f"Another body was sent under the idempotency key {key!r} within the last day: "
                "give each body a key of its own."
            )
        answer: bytes = row.answer
        return answer

    def keep(self, key: str, request: bytes, answer: bytes) -> None:
        """Keep an answer, and forget those of before yesterday."""
        now = time()
        with self._database.noting() as connection:
            old = (answers.c.at < now - _KEPT_SECONDS) | (answers.c.key == key)
            connection.execute(delete(answers).where(old))
            connection.execute(
                insert(answers).values(key=key, request=request, answer=answer, at=now)
            )
