"""Whose turn comes first, and how long all of it will take."""

from organisation import Given, Organisation

from finder.domain import Post
from indexers.catalogue.progress import Progress, meaning_pace, read_progress, words_pace
from indexers.catalogue.queue import Lane, Priority, due_jobs
from indexers.receiving import Delivery


def hand_in(organisation: Organisation, priority: Priority, *ids: str) -> None:
    given = Given(tuple(Post(id=id_, text="la facture", language="fr") for id_ in ids))
    for _ in Delivery(organisation.database, priority=priority).receive(given):
        pass


def waiting(organisation: Organisation) -> list[str]:
    with organisation.database.reading() as connection:
        return [job.key.id for job in due_jobs(connection, Lane.QUICK, 10)]


def test_what_is_fresh_goes_before_a_back_fill_that_came_first(organisation: Organisation) -> None:
    hand_in(organisation, Priority.BACKFILL, "old1", "old2")
    hand_in(organisation, Priority.FRESH, "new1", "new2")
    assert waiting(organisation) == ["new1", "new2"]
    hand_in(organisation, Priority.BACKFILL, "new1")  # it came again, with less haste
    assert waiting(organisation) == ["new2"]
    organisation.take(Post(id="last", text="la facture", language="fr"))
    assert set(organisation.found("facture")) == {"old1", "old2", "new1", "new2", "last"}


def progress(**changed: float) -> Progress:
    values = dict.fromkeys(Progress.__dataclass_fields__, 0)
    return Progress(**{**values, "paused": False, **changed})  # type: ignore[arg-type]


def test_the_time_left_is_that_of_both_steps_at_their_pace() -> None:
    pace = {"records_per_second": 50.0, "passages_per_second": 20.0}
    assert progress().eta_seconds == 0.0
    assert progress(received=100, awaiting_vectors=60, **pace).eta_seconds == 100 / 50 + 60 / 20
    assert progress(awaiting_vectors=60, **pace).eta_seconds == 60 / 20
    assert progress(received=100).eta_seconds is None  # nothing moves
    assert progress(received=100, **pace, paused=True).eta_seconds is None


def test_a_pace_is_that_of_the_last_moments(organisation: Organisation) -> None:
    words = words_pace()
    with organisation.database.writing() as connection:
        words.note(connection, 100, since=1_000.0, now=1_001.0)
        words.note(connection, 300, since=1_001.0, now=1_004.0)
    with organisation.database.reading() as connection:
        assert words.read(connection, now=1_010.0) == (100 + 300) / 4
        assert read_progress(connection, now=1_010.0).records_per_second == 100.0
        assert words.read(connection, now=1_040.0) == 0.0  # nobody works any more
        assert meaning_pace().read(connection, now=1_010.0) == 0.0
