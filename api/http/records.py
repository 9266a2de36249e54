"""Routes that show single records."""

from typing import Annotated, Any

from fastapi import Path

from api.assembly import Installation
from api.http.answers import shown_skills
from api.http.names import Names
from api.http.schemas import (
    ContributorItem,
    DocumentDetail,
    PersonDetail,
    PostDetail,
    SkillItem,
)
from api.http.state import ServedNow, api_router
from finder.domain import Document, Kind, Person, Post, Record, RecordKey

router = api_router("records")

PersonKey = Annotated[str, Path(examples=["maelle-le-goff"])]
DocumentKey = Annotated[str, Path(examples=["d01"])]
PostKey = Annotated[str, Path(examples=["p001"])]


@router.get("/people/{person_id:path}", summary="A person's profile")
def person(person_id: PersonKey, served: ServedNow) -> PersonDetail:
    """A profile that the viewer may read."""
    names, record = _read(served.installation, RecordKey(Kind.PERSON, person_id))
    assert isinstance(record, Person)  # noqa: S101 - the key says so
    return PersonDetail(
        **_common(record),
        name=record.name or record.id,
        email=record.email,
        title=record.title,
        unit=record.unit,
        site=record.site,
        phone=record.phone,
        manager=None if record.manager is None else names.person(record.manager),
        languages=list(record.languages),
        skills=[SkillItem(name=skill.name, level=skill.level) for skill in record.skills],
        shown_skills=shown_skills(served.installation, record.id),
        about=record.about,
        active=record.active,
    )


@router.get("/documents/{document_id:path}", summary="A document")
def document(document_id: DocumentKey, served: ServedNow) -> DocumentDetail:
    """What a document that the viewer may read is."""
    names, record = _read(served.installation, RecordKey(Kind.DOCUMENT, document_id))
    assert isinstance(record, Document)  # noqa: S101 - the key says so
    return DocumentDetail(
        **_common(record),
        title=record.title,
        file=record.file,
        authors=names.people(record.authors),
        contributors=[
            ContributorItem(id=part.person, name=names.person(part.person).name, role=part.role)
            for part in record.contributors
        ],
        group=names.group(record.group),
    )


@router.get("/posts/{post_id:path}", summary="A post")
def post(post_id: PostKey, served: ServedNow) -> PostDetail:
    """What a post that the viewer may read is."""
    names, record = _read(served.installation, RecordKey(Kind.POST, post_id))
    assert isinstance(record, Post)  # noqa: S101 - the key says so
    return PostDetail(
        **_common(record),
        title=record.title,
        authors=names.people(record.authors),
        group=names.group(record.group),
        thread=record.thread,
        reply_to=record.reply_to,
        accepted=record.accepted,
        mentions=names.people(record.mentions),
    )


def _read(installation: Installation, key: RecordKey) -> tuple[Names, Record]:
    viewer = installation.viewer()
    record = installation.finder.record(key, viewer).record
    return Names(installation.library, viewer), record


def _common(record: Record) -> dict[str, Any]:
    """The fields that every record shows."""
    return {
        "id": record.id,
        "source": record.source,
        "url": record.url,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "language": record.language,
        "tags": list(record.tags),
        "extra": dict(record.extra),
    }
