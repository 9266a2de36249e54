"""Records as they come in: untrusted JSON on one side, the core's values on the other.

``parse_record`` is the one door, whatever the source; ``record_to_json`` is its inverse, in a
canonical form that the catalogue stores and hashes.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    JsonValue,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic import Field as Constraint
from pydantic_core import ErrorDetails

from finder.domain import (
    KIND_OF,
    Contribution,
    Deletion,
    Document,
    Group,
    Kind,
    Person,
    Post,
    Record,
    RecordKey,
    Skill,
)
from finder.errors import RecordError

MAX_ID = 256
"""Characters in an id (the record format)."""
MAX_TITLE = 10_000
"""Characters in a title, a name or another one-line field: far past any real one."""
MAX_TEXT = 20_000_000
"""Characters in a text: some 8,000 pages; a larger one is a dump that should be cut up."""
MAX_ITEMS = 200_000
"""Items in a list: a group may hold everybody in a very large company."""

_NO_CONTROL = r"^[^\x00-\x1f\x7f-\x9f]*$"
_NO_NUL = r"^[^\x00]*$"
_PRINCIPAL = r"^(public|members|(group|user):[^\x00-\x1f\x7f-\x9f]{1,256})$"
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

_PATTERN_REASONS = {
    _NO_CONTROL: "holds a control character (such as a line break or NUL); remove it",
    _NO_NUL: "holds a NUL character; remove it",
    _PRINCIPAL: "must be public, members, group:ID or user:ID",
}


def _utc(text: str) -> datetime:
    """An RFC 3339 date and time, in UTC."""
    upper = text.upper()
    if not _RFC3339.fullmatch(upper):
        raise ValueError(
            "must be a date and time with its offset (RFC 3339), like 2024-03-05T14:30:00Z"
            " or 2024-03-05T15:30:00+01:00"
        )
    try:
        return datetime.fromisoformat(upper).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("is not a date that exists") from None


def _skill_object(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


Id = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID, pattern=_NO_CONTROL)]
Member = Annotated[  # "group:" stands before a nested group's id
    str, StringConstraints(min_length=1, max_length=MAX_ID + len("group:"), pattern=_NO_CONTROL)
]
Line = Annotated[str, StringConstraints(max_length=MAX_TITLE, pattern=_NO_NUL)]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT, pattern=_NO_NUL)]
Principal = Annotated[str, StringConstraints(pattern=_PRINCIPAL)]
Moment = Annotated[str, AfterValidator(_utc)]

_BOUNDED = Constraint(max_length=MAX_ITEMS)
Ids = Annotated[tuple[Id, ...], _BOUNDED]
Lines = Annotated[tuple[Line, ...], _BOUNDED]
Principals = Annotated[tuple[Principal, ...], _BOUNDED]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True)


class _SkillFields(_Part):
    name: Line
    level: Annotated[Line, Constraint(strict=False, coerce_numbers_to_str=True)] | None = None


class _ContributionFields(_Part):
    person: Id
    role: Line


_Skill = Annotated[
    _SkillFields,
    BeforeValidator(_skill_object),
    AfterValidator(lambda part: Skill(name=part.name, level=part.level)),
]
_Contribution = Annotated[
    _ContributionFields,
    AfterValidator(lambda part: Contribution(person=part.person, role=part.role)),
]


class _Fields(_Part):
    """Every field may be null, which reads as absent: the core's values hold the defaults."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, JsonValue]

    id: Id
    source: Line | None = None
    url: Line | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    acl: Principals | None = None
    deny: Principals | None = None
    language: Line | None = None
    tags: Lines | None = None


class _PersonFields(_Fields):
    type: Literal["person"]
    name: Line | None = None
    email: Line | None = None
    title: Line | None = None
    unit: Line | None = None
    site: Line | None = None
    phone: Line | None = None
    manager: Id | None = None
    languages: Lines | None = None
    skills: Annotated[tuple[_Skill, ...], _BOUNDED] | None = None
    about: Text | None = None
    active: bool | None = None
    pseudonym: Line | None = None


class _GroupFields(_Fields):
    type: Literal["group"]
    name: Line | None = None
    about: Text | None = None
    members: Annotated[tuple[Member, ...], _BOUNDED] | None = None
    visibility: Literal["public", "private"] | None = None


class _WrittenFields(_Fields):
    """What a post and a document share."""

    authors: Ids | None = None
    title: Line | None = None
    text: Text | None = None
    html: Text | None = None
    group: Id | None = None

    @model_validator(mode="after")
    def _one_body(self) -> "_WrittenFields":
        bodies = [name for name in ("text", "html", "file") if getattr(self, name, None)]
        if len(bodies) > 1:
            raise ValueError(f"{' and '.join(bodies)} are both given; keep one of them")
        return self


class _PostFields(_WrittenFields):
    type: Literal["post"]
    thread: Id | None = None
    reply_to: Id | None = None
    accepted: bool | None = None
    likes: Ids | None = None
    mentions: Ids | None = None


class _DocumentFields(_WrittenFields):
    type: Literal["document"]
    file: Annotated[Line, StringConstraints(min_length=1)] | None = None
    contributors: Annotated[tuple[_Contribution, ...], _BOUNDED] | None = None


class _DeletionFields(_Part):
    type: Literal["delete"]
    target: Literal["person", "group", "post", "document"]
    id: Id


_DOMAIN: Mapping[type[_Fields], type[Record]] = {
    _PersonFields: Person,
    _GroupFields: Group,
    _PostFields: Post,
    _DocumentFields: Document,
}
_ADAPTER: TypeAdapter[
    _PersonFields | _GroupFields | _PostFields | _DocumentFields | _DeletionFields
] = TypeAdapter(
    Annotated[
        _PersonFields | _GroupFields | _PostFields | _DocumentFields | _DeletionFields,
        Constraint(discriminator="type"),
    ]
)


def parse_record(line: bytes | str) -> Record | Deletion:
    """One line of the record format.

    Args:
        line: A JSON object in UTF-8.

    Raises:
        RecordError: The line is refused; ``field`` names the first field at fault.
    """
    try:
        parsed = _ADAPTER.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise _not_json(line, first) or _refusal(first) from None
    if isinstance(parsed, _DeletionFields):
        return Deletion(target=RecordKey(Kind(parsed.target), parsed.id))
    values: dict[str, Any] = {
        name: value for name, value in parsed.__dict__.items() if value is not None
    }
    del values["type"]
    if "visibility" in values:
        values["private"] = values.pop("visibility") == "private"
    return _DOMAIN[type(parsed)](**values, extra=_standard(parsed.__pydantic_extra__))


def _standard(extra: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The unknown fields, which the parser lets hold NaN although JSON has none."""
    for name, value in extra.items():
        try:
            json.dumps(value, allow_nan=False)
        except ValueError:
            raise RecordError("holds a number that JSON cannot write", field=name) from None
    return extra


def record_to_json(record: Record) -> str:
    """The record on one line: keys sorted, nothing that equals its default, dates in UTC.

    ``parse_record`` gives the same record back, so equal records have equal texts.
    """
    known = {
        name: value
        for name, default in _DEFAULTS[type(record)]
        if (value := getattr(record, name)) != default
    }
    if known.pop("private", False):
        known["visibility"] = "private"
    values = {**record.extra, **known, "type": KIND_OF[type(record)].value}
    return _to_json(values)


_DEFAULTS: Mapping[type[Record], Sequence[tuple[str, object]]] = {
    record: [
        (each.name, each.default if each.default_factory is MISSING else each.default_factory())
        for each in fields(record)
        if each.name != "extra"
    ]
    for record in _DOMAIN.values()
}
"""The fields of records that are known, each with its default."""


def _encode(value: object) -> object:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Skill(name=name, level=None):
            return name
        case Skill(name=name, level=level):
            return {"name": name, "level": level}
        case Contribution(person=person, role=role):
            return {"person": person, "role": role}
    raise TypeError(f"{type(value).__name__} has no place in a record")


_to_json = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_encode
).encode


def _not_json(line: bytes | str, error: ErrorDetails) -> RecordError | None:
    """Why a line is no JSON, which the parser puts into words of its own; None if it is."""
    if error["type"] != "json_invalid":
        return None
    try:
        text = line.decode() if isinstance(line, bytes) else line
    except UnicodeDecodeError as bad:
        return RecordError(f"is not UTF-8, from byte {bad.start + 1} on; save it as UTF-8")
    said = error["ctx"]["error"]
    if "hex escape" in said and _HALF_PAIR.search(text):
        return RecordError("holds half of a surrogate pair, which is not text; remove it")
    return RecordError(f"is not valid JSON: {_JSON_PLACE.sub('at character ', said)}")


def _refusal(error: ErrorDetails) -> RecordError:
    """A validation error in the words of somebody who has never met the validator."""
    tag, *path = error["loc"] or ("",)
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    if error["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        field, tag = "type", ""
    return RecordError(_reason(error, whole=not tag), field=field.lstrip(".") or None)


def _reason(error: ErrorDetails, *, whole: bool) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "model_attributes_type" | "model_type" | "dict_type":
            return "must be a JSON object" if whole else "must be an object"
        case "string_pattern_mismatch":
            return _PATTERN_REASONS[context["pattern"]]
    return _REASONS.get(error["type"], error["msg"]).format(**context)


# A record is one line, so only the column tells anything.
_JSON_PLACE = re.compile(r"at line 1 column ")
_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")
_REASONS = {
    "missing": "is required",
    "literal_error": "must be {expected}",
    "string_too_long": "is longer than {max_length:,} characters; shorten it",
    "too_long": "has more than {max_length:,} items",
    "value_error": "{error}",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "string_unicode": "holds half of a surrogate pair, which is not text; remove it",
    "tuple_type": "must be a list",
    "bool_type": "must be true or false",
    "union_tag_invalid": "must be person, group, post, document or delete",
    "union_tag_not_found": "is required: person, group, post, document or delete",
}
