import pytest

from finder.access import (
    MEMBERS,
    PUBLIC,
    AccessRule,
    Principal,
    Viewer,
    group_principal,
    permits,
    rule_of,
    user_principal,
)
from finder.domain import Document, Group, GroupId, Person, PersonId, Post, Record

PRIVATE = {GroupId("open"): False, GroupId("closed"): True}

VIEWERS = {
    "member": {PUBLIC, MEMBERS, user_principal("ana")},
    "insider": {PUBLIC, MEMBERS, user_principal("ana"), group_principal("closed")},
    "guest": {PUBLIC, user_principal("gil")},
    "guest-in-open": {PUBLIC, user_principal("gil"), group_principal("open")},
    "guest-in-closed": {PUBLIC, user_principal("gil"), group_principal("closed")},
    "stranger": {PUBLIC},
}
EVERYBODY = frozenset(VIEWERS)
EMPLOYEES = frozenset({"member", "insider"})
NOBODY: frozenset[str] = frozenset()


def viewer(name: str) -> Viewer:
    return Viewer(person=PersonId("ana"), principals=frozenset(VIEWERS[name]))


@pytest.mark.parametrize(
    ("record", "readers"),
    [
        (Post(id="1"), EMPLOYEES),
        (Person(id="1"), EMPLOYEES),
        (Post(id="1", acl=("public",)), EVERYBODY),
        (Post(id="1", acl=("members",)), EMPLOYEES),
        (Post(id="1", acl=()), NOBODY),
        (Post(id="1", acl=("user:ana",)), EMPLOYEES),
        (Post(id="1", acl=("user:gil", "group:closed")), EVERYBODY - {"member", "stranger"}),
        (Document(id="1", group=GroupId("open")), EMPLOYEES | {"guest-in-open"}),
        (Document(id="1", group=GroupId("closed")), {"insider", "guest-in-closed"}),
        (Document(id="1", group=GroupId("unknown")), NOBODY),
        (Document(id="1", group=GroupId("closed"), acl=("members",)), EMPLOYEES),
        (Group(id="open"), EMPLOYEES | {"guest-in-open"}),
        (Group(id="closed"), {"insider", "guest-in-closed"}),
        (Group(id="closed", acl=("public",)), EVERYBODY),
        (Post(id="1", deny=("members",)), NOBODY),
        (Post(id="1", acl=("public",), deny=("members",)), EVERYBODY - EMPLOYEES),
        (Post(id="1", acl=("user:ana",), deny=("user:ana",)), NOBODY),
        (Post(id="1", acl=("public",), deny=("public",)), NOBODY),
        (Post(id="1", group=GroupId("open"), deny=("group:closed",)), {"member", "guest-in-open"}),
        (Post(id="1", group=GroupId("closed"), deny=("user:gil",)), {"insider"}),
    ],
)
def test_who_may_read_what(record: Record, readers: set[str]) -> None:
    rule = rule_of(record)
    assert {name for name in VIEWERS if permits(rule, viewer(name), private=PRIVATE)} == readers


def test_equal_access_makes_equal_rules() -> None:
    one = rule_of(Post(id="1", acl=("user:b", "user:a", "user:b"), group=GroupId("open")))
    other = rule_of(Document(id="2", acl=("user:a", "user:b")))
    assert one == other
    assert one == AccessRule(allow=(Principal("user:a"), Principal("user:b")))


def test_a_person_and_a_group_of_one_name_are_different_principals() -> None:
    rule = rule_of(Post(id="1", acl=("group:ana",)))
    assert not permits(rule, viewer("member"), private=PRIVATE)
