import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.domain import (
    Contribution,
    Deletion,
    Document,
    Group,
    Kind,
    Person,
    Post,
    RecordKey,
    Skill,
)
from finder.errors import RecordError
from indexers.records import MAX_TITLE, parse_record, record_to_json


def test_a_post_with_every_field() -> None:
    line = json.dumps(
        {
            "type": "post", "id": "p1", "authors": ["ann"], "text": "Bonjour", "group": "g",
            "thread": "t", "reply_to": "p0", "accepted": True, "likes": ["bob"],
            "mentions": ["eve"], "created_at": "2024-03-05T15:30:00+01:00", "acl": ["group:g"],
            "deny": ["user:eve"], "language": "fr", "tags": ["achats"], "url": "https://x/p1",
            "source": "rse", "title": "T", "mood": {"happy": 1},
        }
    )  # fmt: skip
    assert parse_record(line) == Post(
        id="p1", authors=("ann",), text="Bonjour", group="g", thread="t", reply_to="p0",
        accepted=True, likes=("bob",), mentions=("eve",), title="T",
        created_at=datetime(2024, 3, 5, 14, 30, tzinfo=UTC), acl=("group:g",),
        deny=("user:eve",), language="fr", tags=("achats",), url="https://x/p1", source="rse",
        extra={"mood": {"happy": 1}},
    )  # fmt: skip


def test_the_other_types() -> None:
    person = b'{"type":"person","id":"a","skills":["Python",{"name":"SQL","level":3}]}'
    assert parse_record(person) == Person(
        id="a", skills=(Skill(name="Python"), Skill(name="SQL", level="3"))
    )
    group = b'{"type":"group","id":"g","visibility":"private","members":["a","group:h"]}'
    assert parse_record(group) == Group(id="g", private=True, members=("a", "group:h"))
    document = b'{"type":"document","id":"d","contributors":[{"person":"a","role":"relecteur"}]}'
    assert parse_record(document) == Document(
        id="d", contributors=(Contribution(person="a", role="relecteur"),)
    )
    deletion = b'{"type":"delete","target":"post","id":"p1"}'
    assert parse_record(deletion) == Deletion(target=RecordKey(Kind.POST, "p1"))


def test_null_reads_as_absent() -> None:
    assert parse_record(b'{"type":"post","id":"a","title":null,"acl":null}') == Post(id="a")


def test_an_empty_acl_is_not_a_missing_one() -> None:
    record = parse_record(b'{"type":"post","id":"a","acl":[]}')
    assert isinstance(record, Post)
    assert record.acl == ()
    assert parse_record(record_to_json(record)) == record


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"id": ""}, "id", "must not be empty"),
        ({"id": "x" * 257}, "id", "longer than 256 characters"),
        ({"id": "a\nb"}, "id", "control character"),
        ({"id": 7}, "id", "must be text"),
        ({"text": "a\0b"}, "text", "NUL"),
        ({"text": "\ud800"}, None, "half of a surrogate pair"),
        ({"title": "x" * (MAX_TITLE + 1)}, "title", "longer than 10,000 characters"),
        ({"created_at": "2024-03-05"}, "created_at", "with its offset (RFC 3339)"),
        ({"created_at": "2024-03-05T10:00:00"}, "created_at", "with its offset (RFC 3339)"),
        ({"created_at": "2024-02-30T10:00:00Z"}, "created_at", "not a date that exists"),
        ({"created_at": "0001-01-01T00:00:00+05:00"}, "created_at", "not a date that exists"),
        ({"created_at": 1700000000}, "created_at", "must be text"),
        ({"acl": ["everyone"]}, "acl[0]", "must be public, members, group:ID or user:ID"),
        ({"authors": "ann"}, "authors", "must be a list"),
        ({"tags": ["a", 1]}, "tags[1]", "must be text"),
        ({"accepted": "yes"}, "accepted", "must be true or false"),
        ({"text": "a", "html": "b"}, None, "text and html are both given"),
        ({"type": "memo"}, "type", "must be person, group, post, document or delete"),
        ({"x": float("nan")}, "x", "a number that JSON cannot write"),
    ],
)
def test_refusals_name_the_field_and_the_reason(
    fields: dict[str, object], field: str | None, reason: str
) -> None:
    with pytest.raises(RecordError) as refused:
        parse_record(json.dumps({"type": "post", "id": "a"} | fields))
    assert refused.value.field == field
    assert reason in refused.value.reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"nope", "not valid JSON"),
        (b"[]", "must be a JSON object"),
        (b'{"id":"x"}', "is required: person"),
        (b'{"type":"post","id":"\xff"}', "not UTF-8, from byte 22 on; save it as UTF-8"),
        ('{"type":"post","id":"a"}'.encode("utf-16"), "not UTF-8, from byte 1 on"),
        (b'{"type":"post","id":"\\ud83d\\ude00\\u00"}', "not valid JSON"),
        (b'{"type":"post","id":"a","x":' + b"[" * 500 + b"]" * 500 + b"}", "not valid JSON"),
        ('{"type":"post","id":"\ud800"}', "surrogate"),
        (b'{"type":"person","id":"a","skills":[{"level":"3"}]}', "is required"),
    ],
)
def test_lines_that_are_no_record(line: bytes | str, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        parse_record(line)


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
ids = texts.filter(bool)
moments = st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1 < moment.year < 9999)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
common = {
    "id": ids,
    "url": st.none() | texts,
    "created_at": st.none() | moments,
    "acl": st.none() | st.lists(st.sampled_from(["public", "group:g", "user:é"])).map(tuple),
    "tags": st.lists(texts, max_size=3).map(tuple),
    "extra": st.dictionaries(
        texts.map("x-{}".format) | st.just("private"), json_values, max_size=3
    ),
}
skills = st.lists(
    st.builds(Skill, name=texts, level=st.none() | texts).filter(
        lambda skill: skill.level is not None or skill.name
    ),
    max_size=3,
).map(tuple)
records = st.one_of(
    st.builds(Person, **common, name=texts, skills=skills, active=st.booleans()),
    st.builds(Group, **common, members=st.lists(ids).map(tuple), private=st.booleans()),
    st.builds(Post, **common, text=texts, accepted=st.booleans(), group=st.none() | ids),
    st.builds(
        Document,
        **common,
        html=texts,
        contributors=st.lists(st.builds(Contribution, person=ids, role=texts)).map(tuple),
    ),
)


@given(record=records)
def test_a_record_comes_back_from_its_json(record: Person | Group | Post | Document) -> None:
    text = record_to_json(record)
    assert parse_record(text) == record
    assert record_to_json(parse_record(text)) == text  # type: ignore[arg-type]


def test_the_json_is_canonical() -> None:
    same = [
        b'{"type":"post","id":"a","text":"\\u00e9","created_at":"2024-03-05T14:30:00Z"}',
        '{"created_at":"2024-03-05T15:30:00+01:00","title":"","text":"é","id":"a","type":"post"}',
    ]
    texts_of = {record_to_json(parse_record(line)) for line in same}  # type: ignore[arg-type]
    assert texts_of == {'{"created_at":"2024-03-05T14:30:00Z","id":"a","text":"é","type":"post"}'}
