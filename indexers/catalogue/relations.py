"""Writes what ties records together: people and their roles, groups and members, access rules."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, func, select

from finder.access import AccessRule, group_principal, user_principal
from finder.corpus import ROLES
from finder.domain import Contribution, Document, Group, Person, PersonId, Post, Record, Role
from indexers.catalogue.database import Row, insert_rows, take_numbers
from indexers.catalogue.schema import (
    associations,
    groups,
    memberships,
    names,
    people,
    replies,
    rules,
)
from indexers.names import name_words
from indexers.thanks import only_thanks, thanks

_CONTRIBUTIONS = {
    role.value: role
    for role in (
        Role.AUTHOR,
        Role.EDITOR,
        Role.REVIEWER,
        Role.APPROVER,
        Role.MEMBER,
        Role.COMMENTER,
        Role.MENTIONED,
    )
}
"""What a source may say of somebody's part in a document; anything else is a contribution."""


def insert_associations(connection: Connection, written: Sequence[Record], numbers: range) -> None:
    """Add who has to do with each record."""
    roles = [list(_roles(record)) for record in written]
    person_numbers = _person_numbers(connection, {person for held in roles for person, _ in held})
    rows: list[Row] = []
    for number, held in zip(numbers, roles, strict=True):
        sharers = Counter(role for _, role in held)
        rows += [
            {
                "record": number,
                "person": person_numbers[person],
                "role": ROLES.index(role),
                "sharers": sharers[role],
            }
            for person, role in held
        ]
    insert_rows(connection, associations, rows)


def insert_replies(connection: Connection, written: Sequence[Record], numbers: range) -> None:
    """Add which of the records reply to a post."""
    insert_rows(
        connection,
        replies,
        [
            {
                "record": number,
                "parent": record.parent,
                "accepted": int(record.accepted),
                # In a thread, whoever is thanked need not be who began it.
                "thanks": int(bool(record.reply_to) and only_thanks(_written(record))),
            }
            for number, record in zip(numbers, written, strict=True)
            if isinstance(record, Post) and record.parent
        ],
    )


def insert_names(connection: Connection, written: Sequence[Record], numbers: range) -> None:
    """Add the words of the names of those records that are people."""
    insert_rows(
        connection,
        names,
        [
            {"record": number, "word": word, "sound": heard}
            for number, record in zip(numbers, written, strict=True)
            if isinstance(record, Person)
            for word, heard in name_words(record.name)
        ],
    )


def insert_groups(connection: Connection, written: Sequence[Record], numbers: range) -> None:
    """Add the visibility and the members of those records that are groups."""
    found = [
        (number, record)
        for number, record in zip(numbers, written, strict=True)
        if isinstance(record, Group)
    ]
    insert_rows(
        connection,
        groups,
        [{"record": n, "id": group.id, "private": int(group.private)} for n, group in found],
    )
    insert_rows(
        connection,
        memberships,
        [
            {"record": n, "container": group_principal(group.id), "member": _member(member)}
            for n, group in found
            for member in dict.fromkeys(group.members)
        ],
    )


def _member(member: str) -> str:
    return member if member.startswith("group:") else user_principal(member)


def _roles(record: Record) -> Iterator[tuple[PersonId, Role]]:
    """Who has to do with a record, and how; each pair once."""
    match record:
        case Person():
            yield PersonId(record.id), Role.PROFILE if record.active else Role.FORMER
        case Post():
            yield from dict.fromkeys((author, Role.AUTHOR) for author in record.authors)
            yield from dict.fromkeys((person, _named(record)) for person in record.mentions)
        case Document():
            yield from dict.fromkeys((author, Role.AUTHOR) for author in record.authors)
            yield from dict.fromkeys((c.person, _role(c)) for c in record.contributors)
        case Group():
            pass


def _named(post: Post) -> Role:
    """What it says of somebody that a post names them."""
    return Role.THANKED if thanks(_written(post)) else Role.MENTIONED


def _written(post: Post) -> str:
    return post.html or post.text


def _role(contribution: Contribution) -> Role:
    return _CONTRIBUTIONS.get(contribution.role.strip().lower(), Role.CONTRIBUTOR)


def _person_numbers(connection: Connection, ids: set[PersonId]) -> dict[PersonId, int]:
    def known() -> dict[PersonId, int]:
        found = connection.execute(select(people.c.id, people.c.number).where(people.c.id.in_(ids)))
        return {PersonId(row.id): row.number for row in found}

    numbers = known()
    new = sorted(ids - numbers.keys())
    if new:
        first = take_numbers(connection, "person", len(new))
        added = {person: first + i for i, person in enumerate(new)}
        insert_rows(connection, people, [{"id": p, "number": n} for p, n in added.items()])
        numbers |= added
    return numbers


def rule_numbers(connection: Connection, wanted: set[AccessRule]) -> dict[AccessRule, int]:
    """The numbers of some rules; new ones are added."""
    texts = {rule: rule_to_json(rule) for rule in wanted}
    statement = select(rules.c.rule, rules.c.number).where(rules.c.rule.in_(texts.values()))
    known = {row.rule: row.number for row in connection.execute(statement)}
    new = sorted(set(texts.values()) - known.keys())
    next_number: int = connection.execute(select(func.count()).select_from(rules)).scalar_one()
    added = {text: next_number + i for i, text in enumerate(new)}
    insert_rows(connection, rules, [{"rule": text, "number": n} for text, n in added.items()])
    numbers = known | added
    return {rule: numbers[text] for rule, text in texts.items()}


def rule_to_json(rule: AccessRule) -> str:
    """A rule in the one form in which equal rules are equal texts."""
    return json.dumps([rule.allow, rule.deny, rule.group], ensure_ascii=False)
