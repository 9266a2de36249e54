"""What failed for a reason that may pass is tried again by itself, later each time."""

from pathlib import Path
from threading import Event

import pytest
from organisation import Given, Organisation

from finder.domain import Document, Kind, RecordKey
from indexers.backoff import FIRST_SECONDS, GROWTH, JITTER, MOST_ATTEMPTS, next_try
from indexers.catalogue.failures import Failure, listed_failures
from indexers.catalogue.queue import Priority
from indexers.parsing import FailureReason
from indexers.receiving import Delivery
from indexers.sources import SourceItem
from indexers.working import Worker

MIDDLE = 0.5
"""The chance at which a wait is neither shorter nor longer."""


class Clock:
    """Stands still until it is set."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def worker(organisation: Organisation, clock: Clock) -> Worker:
    return Worker(organisation.database, organisation.tools, clock=clock, chance=lambda: MIDDLE)


def hand_in(organisation: Organisation, file: Path) -> None:
    item = SourceItem(record=Document(id=file.name, file=file.name), path=file)
    for _ in Delivery(organisation.database, priority=Priority.BACKFILL).receive(Given((item,))):
        pass


def failures(organisation: Organisation) -> list[Failure]:
    with organisation.database.reading() as connection:
        return listed_failures(connection)


def test_a_file_that_comes_back_is_read_when_its_time_has_come(
    organisation: Organisation, worker: Worker, clock: Clock, tmp_path: Path
) -> None:
    file = tmp_path / "plan.txt"
    hand_in(organisation, file)  # on a disk that is not mounted, say
    waits = [FIRST_SECONDS * GROWTH**n for n in range(MOST_ATTEMPTS - 1)]
    for attempts, wait in enumerate(waits, start=1):
        worker.run(Event(), encode=False)
        [failure] = failures(organisation)
        assert failure.key == RecordKey(Kind.DOCUMENT, "plan.txt")
        assert failure.reason == FailureReason.UNREADABLE
        assert (failure.attempts, failure.first_at) == (attempts, 1_000.0)
        assert failure.next_try == clock.now + wait
        clock.now += wait - 1.0
        assert not worker.has_work(encode=False)
        clock.now += 1.0
        assert worker.has_work(encode=False)
    file.write_text("la facture")
    worker.run(Event(), encode=False)
    assert failures(organisation) == []
    assert organisation.found("facture") == ["plan.txt"]


def test_it_is_given_up_in_the_end_and_stays_listed(
    organisation: Organisation, worker: Worker, clock: Clock, tmp_path: Path
) -> None:
    hand_in(organisation, tmp_path / "plan.txt")
    for _ in range(MOST_ATTEMPTS):
        worker.run(Event(), encode=False)
        clock.now += 1e6
    [failure] = failures(organisation)
    assert (failure.attempts, failure.next_try) == (MOST_ATTEMPTS, None)
    assert not worker.has_work(encode=False)


def test_a_damaged_file_is_not_tried_again_by_itself(
    organisation: Organisation, worker: Worker, tmp_path: Path
) -> None:
    file = tmp_path / "plan.pdf"
    file.write_bytes(b"%PDF-1.7 cut short")
    hand_in(organisation, file)
    worker.run(Event(), encode=False)
    [failure] = failures(organisation)
    assert (failure.reason, failure.next_try) == (FailureReason.CORRUPT, None)


def test_waits_grow_and_what_failed_together_comes_apart() -> None:
    assert [next_try(n, now=0.0, chance=MIDDLE) for n in range(1, 6)] == [30, 120, 480, 1920, None]
    least, most = (next_try(1, now=0.0, chance=chance) for chance in (0.0, 1.0))
    assert (least, most) == (30 * (1 - JITTER), 30 * (1 + JITTER))
