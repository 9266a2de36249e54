"""What a batch of records amounts to, before anything is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from finder.domain import RecordKey
from indexers.catalogue.queue import Lane
from indexers.outcomes import Outcome, Status, shown
from indexers.sources import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A record as it would be queued.

    Attributes:
        key: The record.
        payload: The record as JSON; None: it is to be deleted.
        digest: What tells whether it changed; None where its file has to be read first.
        lane: What it takes to prepare.
        path: The file behind it, if there is one.
        line: Its line in the source, where it has lines.
    """

    key: RecordKey
    payload: str | None = None
    digest: bytes | None = None
    lane: Lane = Lane.QUICK
    path: Path | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do with a batch, which is taken in the order in which it was handed in.

    Attributes:
        outcomes: For each item.
        waiting: The records to be queued, each with its place in the batch.
        deleted: The records to be deleted first, whether they come again or not.
        unchanged: The records that the catalogue holds as they are.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    waiting: dict[RecordKey, int] = field(default_factory=dict)
    deleted: set[RecordKey] = field(default_factory=set)
    unchanged: set[RecordKey] = field(default_factory=set)


def planned(batch: Iterable[Draft | Refusal], known: Mapping[RecordKey, bytes]) -> Plan:
    """Plan a batch.

    Args:
        batch: What was handed in.
        known: The digests of those records that the catalogue holds and the queue does not.
    """
    plan = Plan()
    for place, item in enumerate(batch):
        if isinstance(item, Refusal):
            plan.outcomes.append(_refused(item))
            continue
        _supersede(plan, item.key)
        if item.payload is None:
            plan.deleted.add(item.key)
            status = Status.DELETED
        elif item.key not in plan.deleted and item.digest == known.get(item.key, b""):
            plan.unchanged.add(item.key)
            status = Status.UNCHANGED
        else:
            plan.waiting[item.key] = place
            status = Status.RECEIVED
        source = None if item.path is None else shown(item.path)
        plan.outcomes.append(Outcome(status=status, key=item.key, source=source, line=item.line))
    return plan


def _supersede(plan: Plan, key: RecordKey) -> None:
    """What came before in the same batch will not be done."""
    plan.unchanged.discard(key)
    earlier = plan.waiting.pop(key, None)
    if earlier is not None:
        plan.outcomes[earlier] = replace(plan.outcomes[earlier], status=Status.SUPERSEDED)


def _refused(refusal: Refusal) -> Outcome:
    return Outcome(
        status=Status.SKIPPED if refusal.skipped else Status.REFUSED,
        source=refusal.source,
        line=refusal.line,
        field=refusal.field,
        reason=refusal.reason,
    )
