"""The line that fills, one source after the other, for whoever holds the writer's lock."""

from collections.abc import Callable, Iterator

from indexers.catalogue.database import Database
from indexers.catalogue.progress import is_paused_now
from indexers.catalogue.queue import Priority
from indexers.dense.writer import DenseWriter, is_awaiting
from indexers.outcomes import Outcome
from indexers.preparation import Tools
from indexers.receiving import Delivery
from indexers.sources import Source
from indexers.working import Worker


class Pipeline:
    """Receives and works in turns.

    Args:
        database: The catalogue.
        tools: What records are prepared with.
    """

    def __init__(self, database: Database, *, tools: Tools) -> None:
        self._database = database
        self._tools = tools
        self._worker = Worker(database, tools)

    def ingest(self, source: Source) -> Iterator[Outcome]:
        """Take a source in; an outcome is given once its item is on disk and found by words."""
        delivery = Delivery(self._database, priority=Priority.BACKFILL)
        yield from delivery.follow(source, self._take_turn)

    def encode(self, progress: Callable[[int], None] | None = None) -> None:
        """Make everything found by meaning too, which takes time; what is received goes first."""
        dense = DenseWriter(self._database, self._tools.encoder)
        while is_awaiting(self._database):
            encoded = dense.follow_batch(self._worker.is_wanted)
            if progress:
                progress(encoded)
            while self._worker.work():
                pass

    def close(self) -> None:
        """Let go of what is being read."""
        self._worker.close()

    def _take_turn(self) -> bool:
        if is_paused_now(self._database):
            return False
        if not self._worker.work():
            self._worker.await_slow()
        return True
