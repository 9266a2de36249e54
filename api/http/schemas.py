"""What the HTTP API answers: the JSON that clients rely on.

Nothing here is markup: texts are plain, and highlights are offsets into them.
"""

from datetime import datetime
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, Field, JsonValue

from finder.domain import Kind, Role
from finder.query import Mode

Item = TypeVar("Item")


class Highlight(BaseModel):
    """Characters to mark, from ``start`` to before ``end``."""

    start: int = Field(ge=0, examples=[0])
    end: int = Field(ge=0, examples=[11])


class SnippetText(BaseModel):
    """The piece of text that shows why something was found."""

    text: str = Field(examples=["Facturation électronique : les rejets de la semaine."])
    highlights: list[Highlight]


class Parts(BaseModel):
    """The parts of a record's score, which sum to it exactly."""

    words: float = Field(examples=[0.5])
    meaning: float = Field(default=0.0, examples=[0.4375])
    language: float = Field(
        default=0.0,
        description="In place of words, for what is in another language than the question.",
        examples=[0.0],
    )
    neighbours: float = Field(
        default=0.0, description="For what else was found near it in meaning.", examples=[0.1875]
    )
    question: float = Field(
        default=0.0,
        description="For the question that it answers: replies come with what they reply to.",
        examples=[0.0],
    )
    preference: float = Field(
        default=0.0,
        description="For being recent, or reviewed, approved or accepted by others; in lists of "
        "documents, unless it is switched off.",
        examples=[0.0078125],
    )
    moved: float = Field(
        default=0.0,
        description="For the place that a reranker gave it; 0 without one.",
        examples=[0.0],
    )


class PersonRef(BaseModel):
    """Somebody; the name is the id where their profile may not be read."""

    id: str = Field(examples=["maelle-le-goff"])
    name: str = Field(examples=["Maëlle Le Goff"])


class GroupRef(BaseModel):
    """A group; the name is the id where the group itself may not be read."""

    id: str = Field(examples=["efacture"])
    name: str = Field(examples=["Facturation électronique 2026"])


class RecordRef(BaseModel):
    """What a found record is, and the passage that speaks for it."""

    type: Kind = Field(examples=["post"])
    id: str = Field(examples=["p031"])
    title: str = Field(description="Empty where the source gives none.", examples=["Les rejets"])
    url: str | None = Field(
        description="As the source gave it: check its scheme before you make it a link.",
        examples=["https://rse.rivalor.example/messages/p031"],
    )
    at: datetime | None = Field(description="When it last changed.")
    snippet: SnippetText
    heading: str = Field(description="The heading over the passage, or empty.", examples=[""])
    page: int | None = Field(description="The passage's page, where there are pages.")
    score_parts: Parts


class RecordLink(BaseModel):
    """A record, by its title."""

    type: Kind = Field(examples=["document"])
    id: str = Field(examples=["d012-v1"])
    title: str
    url: str | None
    at: datetime | None = Field(description="When it last changed.")


class RecordItem(RecordRef):
    """A document or post found; the newest of its versions."""

    versions: list[RecordLink] = Field(description="Others that say nearly the same.")
    score: float = Field(examples=[0.9375])
    authors: list[PersonRef]
    group: GroupRef | None


class EvidenceItem(RecordRef):
    """Why a record speaks for a person.

    ``contribution`` is ``(strength x order + presence) x role_weight x share x recency``.
    """

    role: Role = Field(examples=["author"])
    role_name: str = Field(description="The role as its source calls it.", examples=["author"])
    contribution: float = Field(examples=[0.875])
    strength: float = Field(
        description="How well the record answers beside the best one, from 0 to 1, raised to a "
        "power so that strong evidence beats much evidence."
    )
    role_weight: float = Field(description="How strong the role is as evidence.")
    share: float = Field(description="Lower where others hold the same role.")
    recency: float = Field(description="Lower where the record is old.")
    order: float = Field(description="Lower where stronger evidence speaks for them already.")
    presence: float = Field(
        description="A small share of how well the record answers, whatever else speaks for them; "
        "larger where it is an answer to somebody else."
    )


class Rest(BaseModel):
    """What the records that are not shown add to the score."""

    contribution: float = Field(examples=[0.0])
    count: int = Field(ge=0, examples=[0])


class PersonItem(PersonRef):
    """Somebody who knows, and why.

    ``score`` is exactly the sum of the contributions of ``evidence`` and of ``rest``.
    """

    title: str | None = Field(examples=["Chargée de processus comptables"])
    unit: str | None = Field(examples=["Direction des finances"])
    site: str | None = Field(examples=["Port-Vervonne (siège)"])
    active: bool | None = Field(description="Whether they still work here; null: not known.")
    url: str | None
    named: bool = Field(description="Whether the query holds their name and nothing else.")
    profile: bool = Field(description="Whether there is a profile that the viewer may read.")
    rank: int | None = Field(
        ge=1,
        description="Null only in an explanation of oneself: nothing speaks for them.",
        examples=[1],
    )
    score: float = Field(examples=[0.875])
    evidence: list[EvidenceItem]
    rest: Rest


class Month(BaseModel):
    """What speaks for somebody from one month."""

    month: str | None = Field(description="YYYY-MM; null without a date.", examples=["2026-02"])
    contribution: float = Field(examples=[0.875])
    count: int = Field(ge=1, description="How many records.", examples=[2])


class OwnStanding(BaseModel):
    """How whoever asks about themselves stands beside others."""

    people: int = Field(ge=0, description="How many people were found.")
    first: float | None = Field(description="The score of the first.")
    ahead: float | None = Field(description="The score one place ahead; null for the first.")
    records: int = Field(
        ge=0, description="In how many records, that they may read, they have a part."
    )


class PersonExplanation(PersonItem):
    """Why somebody is where they are: all their evidence, and when it is from."""

    timeline: list[Month] = Field(description="The oldest first; contributions sum to the score.")
    standing: OwnStanding | None = Field(description="For oneself alone.")


class Total(BaseModel):
    """How many there are in all."""

    value: int = Field(ge=0, examples=[12])
    relation: Literal["eq", "gte"] = Field(description="Exact, or at least that many.")


class Listing(BaseModel, Generic[Item]):
    """A part of a list, best first."""

    items: list[Item]
    total: Total
    mode: Mode = Field(
        description="Which evidence was used: words alone while the model that tells meaning is "
        "not loaded, or where it failed, whatever was asked for.",
        examples=["hybrid"],
    )
    original: str = Field(
        description="The query as it was typed.", examples=["facturaton électronique"]
    )
    corrected: str | None = Field(
        description="What was searched instead, where words of the query stand in nothing that "
        "the viewer may read; null where nothing was corrected.",
        examples=["facturation électronique"],
    )
    unmatched: list[str] = Field(
        description="Words of the query that nothing searched holds, by no other name either: what "
        "was found is near in meaning, or holds the others.",
        examples=[["dématérialisation"]],
    )
    next: str | None = Field(description="The cursor of the part that follows; null at the end.")
    took_ms: float = Field(ge=0, examples=[12.5])
    request_id: str = Field(examples=["0b7d2c5e9a4f4f0c8f1d3a6b2e5c7d90"])


class RecordList(Listing[RecordItem]):
    """Documents and posts found."""


class PeopleList(Listing[PersonItem]):
    """People found."""


class SkillItem(BaseModel):
    """A skill that a person declares."""

    name: str = Field(examples=["QGIS"])
    level: str | None = Field(examples=["expert"])


class ShownSkillItem(BaseModel):
    """A skill that a person's records show, among those that the viewer may read."""

    id: str = Field(description="As its taxonomy knows it.", examples=["gis"])
    name_fr: str = Field(examples=["systèmes d’information géographique"])
    name_en: str = Field(examples=["geographic information systems"])
    declared: bool = Field(description="Whether the profile names it as well.")
    records: int = Field(ge=2, description="How many of their records name it.", examples=[4])
    last: datetime | None = Field(description="When the newest of them last changed.")
    examples: list[RecordLink] = Field(description="The newest of them.")


class _Common(BaseModel):
    """What every record shows. ``extra`` holds the fields that Finder does not know."""

    id: str
    source: str | None
    url: str | None
    created_at: datetime | None
    updated_at: datetime | None
    language: str | None
    tags: list[str]
    extra: dict[str, JsonValue]


class PersonDetail(_Common):
    """A person's profile."""

    type: Literal[Kind.PERSON] = Kind.PERSON
    name: str
    email: str | None
    title: str
    unit: str
    site: str
    phone: str | None
    manager: PersonRef | None
    languages: list[str]
    skills: list[SkillItem] = Field(description="Those that they declare.")
    shown_skills: list[ShownSkillItem] = Field(
        description="Those that what they wrote shows, by the taxonomies that were imported."
    )
    about: str
    active: bool


class ContributorItem(PersonRef):
    """Somebody's part in a document."""

    role: str = Field(examples=["reviewer"])


class DocumentDetail(_Common):
    """What a document is; its text stays where it came from."""

    type: Literal[Kind.DOCUMENT] = Kind.DOCUMENT
    title: str
    file: str | None
    authors: list[PersonRef]
    contributors: list[ContributorItem]
    group: GroupRef | None


class PostDetail(_Common):
    """What a post is; its text stays where it came from."""

    type: Literal[Kind.POST] = Kind.POST
    title: str
    authors: list[PersonRef]
    group: GroupRef | None
    thread: str | None
    reply_to: str | None
    accepted: bool
    mentions: list[PersonRef]
