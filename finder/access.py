"""Who may read what: principals, the rules that records carry, and the viewer who asks.

A record's rule is never resolved when it is stored. It is judged when somebody asks, against the
groups as they are then, so a change of members or of visibility holds at once, everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NewType

from finder.domain import Document, Group, GroupId, PersonId, Post, Record

Principal = NewType("Principal", str)

PUBLIC = Principal("public")
"""Anyone."""

MEMBERS = Principal("members")
"""Every authenticated employee; not guests."""


def group_principal(group: str) -> Principal:
    """The principal that stands for a group's members, nested groups included."""
    return Principal(f"group:{group}")


def user_principal(person: str) -> Principal:
    """The principal that stands for one person."""
    return Principal(f"user:{person}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who asks: every principal that they hold, those of nested groups included."""

    person: PersonId | None
    principals: frozenset[Principal]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRule:
    """Who may read a record; records with equal rules share one.

    Attributes:
        allow: Principals who may read; None takes the default of ``group``.
        deny: Principals who may not, whatever ``allow`` says.
        group: The group whose visibility is the default; kept only where ``allow`` is None.
    """

    allow: tuple[Principal, ...] | None
    deny: tuple[Principal, ...] = ()
    group: GroupId | None = None


def rule_of(record: Record) -> AccessRule:
    """The rule that a record carries. A group, without an ``acl``, is as visible as its content."""
    match record:
        case Group():
            group: GroupId | None = GroupId(record.id)
        case Post() | Document():
            group = record.group
        case _:
            group = None
    allow = None if record.acl is None else tuple(sorted(set(map(Principal, record.acl))))
    return AccessRule(
        allow=allow,
        deny=tuple(sorted(set(map(Principal, record.deny)))),
        group=group if allow is None else None,
    )


def permits(rule: AccessRule, viewer: Viewer, *, private: Mapping[GroupId, bool]) -> bool:
    """Whether a viewer may read what carries a rule.

    Args:
        rule: The record's rule.
        viewer: Who asks.
        private: Each known group's visibility. An unknown group counts as private: its members,
            once it arrives, are the only ones who could have been meant.
    """
    if not viewer.principals.isdisjoint(rule.deny):
        return False
    if rule.allow is not None:
        return not viewer.principals.isdisjoint(rule.allow)
    if rule.group is None:
        return MEMBERS in viewer.principals
    if group_principal(rule.group) in viewer.principals:  # a guest sees the groups they are in
        return True
    return not private.get(rule.group, True) and MEMBERS in viewer.principals
