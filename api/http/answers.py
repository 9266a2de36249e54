"""From what the core found to what the API and the pages show."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import Any

from api.assembly import Installation
from api.http.cursors import encode_cursor
from api.http.names import Names
from api.http.schemas import (
    EvidenceItem,
    Highlight,
    Month,
    OwnStanding,
    Parts,
    PeopleList,
    PersonExplanation,
    PersonItem,
    RecordItem,
    RecordLink,
    RecordList,
    Rest,
    ShownSkillItem,
    SnippetText,
    Total,
)
from finder.domain import Document, Person, PersonId, Post, Record, key_of, last_change
from finder.query import Query
from finder.results import Evidence, FoundPerson, FoundRecord, Page

SEARCH = "search"
EXPERTS = "experts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with the part of its answer that is wanted."""

    query: Query
    offset: int
    limit: int
    request_id: str
    started: float = field(default_factory=perf_counter)

    @property
    def took_ms(self) -> float:
        """Milliseconds since it was asked."""
        return round((perf_counter() - self.started) * 1_000, 1)


def find_records(installation: Installation, asked: Asked) -> RecordList:
    """Where it is written."""
    viewer = installation.viewer()
    with installation.answering:
        page = installation.finder.search(
            asked.query, viewer, offset=asked.offset, limit=asked.limit
        )
        names = Names(installation.library, viewer)
        names.foresee(found.record for found in page.items)
        return RecordList(
            items=[_record_item(found, names) for found in page.items],
            total=_total(page),
            mode=page.mode,
            original=asked.query.typed,
            corrected=page.corrected,
            unmatched=[*page.unmatched],
            next=_next(page, asked, SEARCH),
            took_ms=asked.took_ms,
            request_id=asked.request_id,
        )


def find_people(installation: Installation, asked: Asked) -> PeopleList:
    """Who knows."""
    viewer = installation.viewer()
    with installation.answering:
        page = installation.finder.experts(
            asked.query, viewer, offset=asked.offset, limit=asked.limit
        )
        return PeopleList(
            items=[_person_item(found) for found in page.items],
            total=_total(page),
            mode=page.mode,
            original=asked.query.typed,
            corrected=page.corrected,
            unmatched=[*page.unmatched],
            next=_next(page, asked, EXPERTS),
            took_ms=asked.took_ms,
            request_id=asked.request_id,
        )


def explain_person(installation: Installation, query: Query, person: str) -> PersonExplanation:
    """Everything that speaks for one person.

    Raises:
        NotFoundError: Nothing that the viewer may read does, and it is somebody else.
    """
    viewer = installation.viewer()
    with installation.answering:
        found = installation.finder.explain(query, viewer, person=PersonId(person))
    return PersonExplanation(
        **dict(_person_item(found.person)),
        timeline=_timeline(found.person.evidence),
        standing=None if found.standing is None else OwnStanding(**asdict(found.standing)),
    )


def shown_skills(installation: Installation, person: str) -> list[ShownSkillItem]:
    """What somebody's records show that they know."""
    viewer = installation.viewer()
    with installation.answering:
        shown = installation.skills.shown_by(PersonId(person), viewer)
    return [
        ShownSkillItem(
            id=skill.id,
            name_fr=skill.name.french,
            name_en=skill.name.english,
            declared=skill.declared,
            records=skill.records,
            last=skill.last,
            examples=[_link(record) for record in skill.examples],
        )
        for skill in shown
    ]


def _timeline(evidence: Sequence[Evidence]) -> list[Month]:
    by_month: dict[str, list[float]] = {}
    for item in evidence:
        month = f"{item.at:%Y-%m}" if item.at else ""
        by_month.setdefault(month, []).append(item.contribution)
    return [
        Month(month=month or None, contribution=sum(values), count=len(values))
        for month, values in sorted(by_month.items())
    ]


def title_of(record: Record) -> str:
    """A record's title, or a name where that is what its kind has."""
    return record.title if isinstance(record, Document | Post) else record.name


def _record_item(found: FoundRecord, names: Names) -> RecordItem:
    record = found.record
    written = record if isinstance(record, Document | Post) else None
    return RecordItem(
        **_ref(found),
        score=found.score,
        versions=[_link(other) for other in found.versions],
        authors=names.people(written.authors) if written else [],
        group=names.group(written.group) if written else None,
    )


def _link(record: Record) -> RecordLink:
    return RecordLink(
        type=key_of(record).kind,
        id=record.id,
        title=title_of(record),
        url=record.url,
        at=last_change(record),
    )


def _person_item(found: FoundPerson) -> PersonItem:
    profile = found.profile if isinstance(found.profile, Person) else None
    return PersonItem(
        id=found.id,
        name=(profile and profile.name) or found.id,
        title=profile.title if profile else None,
        unit=profile.unit if profile else None,
        site=profile.site if profile else None,
        active=profile.active if profile else None,
        url=profile.url if profile else None,
        named=found.named,
        profile=profile is not None,
        rank=found.rank,
        score=found.score,
        evidence=_evidence_items(found.evidence),
        rest=Rest(contribution=found.rest, count=found.rest_count),
    )


def _evidence_items(evidence: Sequence[Evidence]) -> list[EvidenceItem]:
    return [
        EvidenceItem(
            **_ref(item.found),
            role=item.role,
            role_name=item.role_name,
            contribution=item.contribution,
            strength=item.strength,
            role_weight=item.role_weight,
            share=item.share,
            recency=item.recency,
            order=item.order,
            presence=item.presence,
        )
        for item in evidence
    ]


def _ref(found: FoundRecord) -> dict[str, Any]:
    """The fields of a ``RecordRef``."""
    record, passage = found.record, found.passage
    return {
        "type": found.key.kind,
        "id": record.id,
        "title": title_of(record),
        "url": record.url,
        "at": last_change(record),
        "snippet": SnippetText(
            text=passage.snippet.text,
            highlights=[
                Highlight(start=span.start, end=span.end) for span in passage.snippet.highlights
            ],
        ),
        "heading": passage.heading,
        "page": passage.page,
        "score_parts": Parts(**{part.value: score for part, score in found.parts.items()}),
    }


def _total(page: Page[FoundRecord] | Page[FoundPerson]) -> Total:
    return Total(value=page.total, relation=page.relation)


def _next(page: Page[FoundRecord] | Page[FoundPerson], asked: Asked, route: str) -> str | None:
    if page.next_offset is None:
        return None
    return encode_cursor(page.next_offset, asked.query, route=route)
