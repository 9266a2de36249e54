"""The click log: what it keeps, what it does not, and when it forgets."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from organisation import NOW, NewOrganisation, Organisation

from finder.domain import Deletion, Group, Kind, Person, PersonId, Post, RecordKey
from finder.errors import ClickLogOffError, QueryError
from finder.query import understand
from indexers.clicks import _AT_ONCE, ClickLog
from indexers.lock import writing
from indexers.taxonomy.excluded import STANDARD_FILE, read_excluded
from indexers.taxonomy.synonyms import read_synonyms

EXCLUDED = read_excluded([STANDARD_FILE])
POST = RecordKey(Kind.POST, "clock")


@dataclass
class Calendar:
    """A clock that a test moves on."""

    now: datetime = field(default=NOW)

    def __call__(self) -> datetime:
        return self.now


def log_of(
    organisation: Organisation, calendar: Calendar | None = None, *, days: int = 180
) -> ClickLog:
    return ClickLog(
        organisation.database,
        organisation.library,
        excluded=EXCLUDED,
        days=days,
        clock=calendar or Calendar(),
    )


def kept(log: ClickLog) -> list[tuple[str, str, int]]:
    return [(each.query, each.record.id, each.days) for each in log.opened()]


@pytest.fixture
def organisation(new_organisation: NewOrganisation) -> Organisation:
    made = new_organisation()
    made.take(
        Person(id="ana", name="Ana Le Goff"),
        Group(id="closed", name="Fermé", members=("ana",), private=True),
        Post(id="clock", text="La badgeuse du hall", authors=(PersonId("ana"),)),
        Post(id="secret", text="Le projet du hall", authors=(PersonId("ana"),), group="closed"),
    )
    return made


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Badgeuse", "badgeuse"),
        ("Qui connaît la pointeuse ?", "pointeuse"),
        ("auteur:ana badgeuses", "badgeuses"),
        ("Gestion, des CARRIÈRES…", "gestion des carrieres"),
        ("R & D", "r&d"),
        ("CI/CD", "ci/cd"),
        ("C++", "c++"),
        ("C#", None),  # what follows # is a comment
        ("auteur:ana", None),
        ("le la les", None),
        ("un deux trois quatre cinq six sept huit", None),
        ("arrêt maladie", None),
        ("ana le goff", None),
        ("Qui est Le Goff ?", None),
        ("badgeuse de le goff", "badgeuse de le goff"),
    ],
)
def test_only_what_synonyms_are_made_of_is_kept(
    organisation: Organisation, query: str, name: str | None
) -> None:
    log = log_of(organisation)
    log.note(understand(query), POST)
    assert kept(log) == ([] if name is None else [(name, "clock", 1)])


@pytest.mark.parametrize(
    "record",
    [
        RecordKey(Kind.POST, "secret"),
        RecordKey(Kind.POST, "nowhere"),
        RecordKey(Kind.DOCUMENT, "clock"),
        RecordKey(Kind.PERSON, "ana"),
    ],
)
def test_profiles_and_what_not_everybody_may_read_are_not_kept(
    organisation: Organisation, record: RecordKey
) -> None:
    log = log_of(organisation)
    log.note(understand("badgeuse"), record)
    assert organisation.database.look_up("SELECT * FROM clicks") == []


def test_a_day_counts_once_and_goes_after_its_time(organisation: Organisation) -> None:
    calendar = Calendar()
    log = log_of(organisation, calendar, days=10)
    log.note(understand("badgeuse"), POST)
    log.note(understand("badgeuse"), POST)
    assert kept(log) == [("badgeuse", "clock", 1)]
    calendar.now += timedelta(days=4)
    log.note(understand("badgeuse"), POST)
    assert kept(log) == [("badgeuse", "clock", 2)]
    log.expire()
    calendar.now += timedelta(days=6)  # the eleventh day
    assert kept(log) == [("badgeuse", "clock", 1)]
    log.expire()
    rows = organisation.database.look_up("SELECT query, day FROM clicks")
    assert rows == [("badgeuse", (NOW + timedelta(days=4)).date().toordinal())]


def test_without_a_log_nothing_is_kept_nor_left(organisation: Organisation) -> None:
    log_of(organisation).note(understand("badgeuse"), POST)
    off = log_of(organisation, days=0)
    with pytest.raises(ClickLogOffError, match=r"click_log\.enabled"):
        off.note(understand("badgeuse"), POST)
    with pytest.raises(ClickLogOffError):
        off.opened()
    off.expire()
    assert organisation.database.look_up("SELECT * FROM clicks") == []


def test_clicks_go_with_their_record_and_outlast_its_versions(organisation: Organisation) -> None:
    log = log_of(organisation)
    organisation.take(Post(id="other", text="Une autre badgeuse", authors=(PersonId("ana"),)))
    for name in ("clock", "other"):
        log.note(understand("badgeuse"), RecordKey(Kind.POST, name))
    organisation.take(Post(id="clock", text="La badgeuse a changé", authors=(PersonId("ana"),)))
    assert kept(log) == [("badgeuse", "clock", 1), ("badgeuse", "other", 1)]
    organisation.take(Deletion(target=POST))
    assert organisation.database.look_up("SELECT id FROM clicks") == [("other",)]


def test_what_has_become_private_is_not_told(organisation: Organisation) -> None:
    log = log_of(organisation)
    log.note(understand("badgeuse"), POST)
    hidden = Post(id="clock", text="La badgeuse", authors=(PersonId("ana"),), acl=("user:ana",))
    organisation.take(hidden)
    assert kept(log) == []


def test_it_needs_no_lock_and_keeps_few_waiting(organisation: Organisation) -> None:
    log = log_of(organisation)
    query = understand("badgeuse")
    with writing(organisation.folder, "a long fill"):
        log.note(query, POST)
    assert kept(log) == [("badgeuse", "clock", 1)]
    threads = [Thread(target=log.note, args=(query, POST)) for _ in range(_AT_ONCE)]
    with organisation.database.noting():
        for thread in threads:
            thread.start()
        while log._writing._value:
            pass
        log.note(understand("pointeuse"), POST)  # at once, and not counted
    for thread in threads:
        thread.join()
    assert kept(log) == [("badgeuse", "clock", 1)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=8).map(" ".join))
def test_what_is_kept_can_stand_in_a_list(
    organisation: Organisation, tmp_path: Path, text: str
) -> None:
    try:
        name = log_of(organisation)._name(understand(text))
    except QueryError:
        return
    if name is not None:
        file = tmp_path / "list.txt"
        file.write_text(f"{name}, badgeuse  # why", encoding="utf-8")
        (skill,) = read_synonyms(file).skills
        assert skill.alternatives == (name, "badgeuse")
