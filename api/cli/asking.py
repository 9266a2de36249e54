"""``finder search``, ``finder experts``, ``finder explain``."""

from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from api.cli.console import (
    AsTypedOption,
    ConfigOption,
    DataOption,
    JsonOption,
    LimitOption,
    ModeOption,
    ViewerOption,
    settings_of,
)
from finder.domain import Role
from finder.query import Mode, Query, understand

if TYPE_CHECKING:
    from api.http.answers import Asked
    from api.http.schemas import (
        EvidenceItem,
        Listing,
        OwnStanding,
        PersonExplanation,
        PersonItem,
        RecordItem,
        SnippetText,
    )

_NAMED = frozenset({Role.MENTIONED, Role.THANKED})
"""The roles of who is named in a record."""

QueryArgument = Annotated[
    str, typer.Argument(metavar="QUERY", help="A few words, or a question.", show_default=False)
]


def search(
    query: QueryArgument,
    mode: ModeOption = Mode.HYBRID,
    as_typed: AsTypedOption = False,
    limit: LimitOption = 10,
    viewer: ViewerOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Where is it written? Documents and posts, best first."""
    from api.assembly import Installation
    from api.http.answers import find_records

    asked = _asked(understand(query, mode=mode, as_typed=as_typed), limit)
    with Installation(settings_of(config, data, viewer=viewer)) as installation:
        found = find_records(installation, asked)
    if as_json:
        typer.echo(found.model_dump_json())
        return
    _show_notes(found)
    for rank, item in enumerate(found.items, start=1):
        _show_record(rank, item)
    _close(len(found.items), found.total.value, exact=found.total.relation == "eq")


def experts(
    query: QueryArgument,
    mode: ModeOption = Mode.HYBRID,
    as_typed: AsTypedOption = False,
    limit: LimitOption = 5,
    viewer: ViewerOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who knows about this? People, best first, each with the evidence that ranks them."""
    from api.assembly import Installation
    from api.http.answers import find_people

    asked = _asked(understand(query, mode=mode, as_typed=as_typed), limit)
    with Installation(settings_of(config, data, viewer=viewer)) as installation:
        found = find_people(installation, asked)
    if as_json:
        typer.echo(found.model_dump_json())
        return
    _show_notes(found)
    again = f"{quote(query)}{' --as-typed' if as_typed else ''}"
    for person in found.items:
        _show_person(person, again)
    _close(len(found.items), found.total.value, exact=found.total.relation == "eq")


def explain(
    query: QueryArgument,
    person: Annotated[
        str, typer.Option("--person", "-p", help="Whose score; an id.", show_default=False)
    ],
    mode: ModeOption = Mode.HYBRID,
    as_typed: AsTypedOption = False,
    viewer: ViewerOption = None,
    config: ConfigOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Why is this person ranked where they are? Every part of the score; the parts sum to it."""
    from api.assembly import Installation
    from api.http.answers import explain_person

    with Installation(settings_of(config, data, viewer=viewer)) as installation:
        found = explain_person(
            installation, understand(query, mode=mode, as_typed=as_typed), person
        )
    if as_json:
        typer.echo(found.model_dump_json())
        return
    _show_name(found)
    if found.evidence:
        _show_parts(found)
    if found.standing:
        _show_standing(found, found.standing)


def _show_parts(found: "PersonExplanation") -> None:
    typer.echo("contribution = (strength x order + presence) x role x share x recency")
    for item in found.evidence:
        typer.echo(
            f"{item.contribution:12.6f} = ({item.strength:.4f} x {item.order:.2f} "
            f"+ {item.presence:.3f}) x {item.role_weight:.2f} x {item.share:.2f} "
            f"x {item.recency:.2f}  "
            f"{_part_in(item)}"
            f"{': ' + item.title if item.title else ''}"
        )
    typer.echo(f"{found.score:12.6f} = the score, and the exact sum of {len(found.evidence)} parts")
    for month in found.timeline:
        typer.echo(f"{month.contribution:12.6f} from {month.month or 'no date'}: {month.count}")


def _show_standing(found: "PersonExplanation", standing: "OwnStanding") -> None:
    held = f"You have a part in {standing.records} posts and documents that you may read"
    typer.echo(f"{held}, and {len(found.evidence)} parts of your score come from this query.")
    if standing.ahead is not None:
        typer.echo(f"The person one place ahead has {standing.ahead:.3f}, the first of ", nl=False)
        typer.echo(f"{standing.people} has {standing.first:.3f}.")
    if not any(item.role == Role.PROFILE for item in found.evidence):
        typer.echo("Your profile says nothing about it.")


def _asked(query: Query, limit: int) -> "Asked":
    from api.http.answers import Asked

    return Asked(query=query, offset=0, limit=limit, request_id=uuid4().hex)


def _show_notes(found: "Listing[Any]") -> None:
    if found.corrected:
        typer.echo(
            f"Results for {found.corrected!r}; --as-typed searches for {found.original!r} instead."
        )
    if found.unmatched and found.items:
        typer.echo(f"Nothing searched holds {', '.join(map(repr, found.unmatched))}.")


def _show_record(rank: int, item: "RecordItem") -> None:
    by = ", ".join(author.name for author in item.authors)
    at = f", {item.at:%Y-%m-%d}" if item.at else ""
    typer.secho(f"{rank}. {item.title or item.id}", bold=True, nl=False)
    typer.echo(f"  {item.type} {item.id}{', ' + by if by else ''}{at}  [{item.score:.3f}]")
    typer.echo(f"   {_marked(item.snippet)}")
    if item.url:
        typer.echo(f"   {item.url}")
    if item.versions:
        typer.echo(f"   other versions: {', '.join(version.id for version in item.versions)}")


def _show_person(person: "PersonItem", again: str) -> None:
    _show_name(person)
    for item in person.evidence:
        typer.echo(f"   {_evidence(item)}")
    if person.rest.count:
        asked = f"finder explain {again} --person {quote(person.id)}"
        typer.echo(f"   and {person.rest.count} weaker: {asked}")


def _show_name(person: "PersonItem") -> None:
    about = ", ".join(filter(None, (person.title, person.unit)))
    left = "" if person.active in (True, None) else " (has left)"
    named = " (the name asked for)" if person.named else ""
    rank = f"{person.rank}. " if person.rank else ""
    typer.secho(f"{rank}{person.name}{left}{named}", bold=True, nl=False)
    typer.echo(f"  {about}  [{person.score:.3f}]")


def _evidence(item: "EvidenceItem") -> str:
    at = f"{item.at:%Y-%m} " if item.at else ""
    title = item.title or _marked(item.snippet)
    return f"{item.contribution:.3f}  {at}{_part_in(item)}: {title}"


def _part_in(item: "EvidenceItem") -> str:
    """What somebody has to do with a record: ``author of post p1``, ``thanked in post p1``."""
    preposition = "in" if item.role in _NAMED else "of"
    return f"{item.role_name} {preposition} {item.type} {item.id}"


def _marked(snippet: "SnippetText", *, most: int = 160) -> str:
    """The snippet on one line, its matches in bold where the terminal can."""
    text, end, parts = snippet.text, 0, []
    for mark in snippet.highlights:
        parts += [text[end : mark.start], typer.style(text[mark.start : mark.end], bold=True)]
        end = mark.end
        if end > most:
            break
    parts.append(text[end : max(most, end)])
    return " ".join("".join(parts).split())


def _close(shown: int, total: int, *, exact: bool) -> None:
    if not total:
        typer.echo("Nothing found that you may read. Try other words, or fewer.")
    elif shown < total:
        typer.echo(f"{shown} of {'' if exact else 'at least '}{total}; --limit shows more.")
