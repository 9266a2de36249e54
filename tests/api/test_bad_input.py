"""What cannot go in is refused with its file, line, field and reason, and costs nothing else."""

import json
from pathlib import Path

from command import Run

from api.cli.console import ExitCode

REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"nope", "is not valid JSON"),
    (b"[1, 2]", "must be a JSON object"),
    (b'{"type":"memo","id":"a"}', "type: must be person, group, post, document or delete"),
    (b'{"type":"post","text":"sans identifiant"}', "id: is required"),
    (b'{"type":"post","id":"%s"}' % (b"x" * 300), "id: is longer than 256 characters; shorten it"),
    (b'{"type":"post","id":"b","created_at":"hier"}', "created_at: must be a date and time"),
    (
        b'{"type":"post","id":"c","text":"%s"}' % (b"x " * 25_000_000),
        "text: is longer than 20,000,000 characters; shorten it",
    ),
    (
        b'{"type":"post","id":"d","text":"\xff\xfe"}',
        "is not UTF-8, from byte 33 on; save it as UTF-8",
    ),
    (b'{"type":"post","id":"e","text":"\\ud800"}', "holds half of a surrogate pair"),
    (b'{"type":"post","id":"e","text":"\\udc00!"}', "holds half of a surrogate pair"),
    (b'{"type":"post","id":"f","text":"a\\u0000b"}', "text: holds a NUL character; remove it"),
    (b'{"type":"post","id":"g","acl":["everyone"]}', "acl[0]: must be public, members, group:ID"),
)


def test_each_bad_line_is_told_and_the_rest_is_found(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "records.ndjson"
    good = [b'{"type":"post","id":"p%d","text":"la facture"}' % n for n in range(len(REFUSED))]
    lines = [line for pair in zip((bad for bad, _ in REFUSED), good, strict=True) for line in pair]
    file.write_bytes(b"\n".join(lines))
    told = run("ingest", file, code=ExitCode.INCOMPLETE)
    for number, (_, reason) in enumerate(REFUSED):
        assert f"refused: {file}:{2 * number + 1}: {reason}" in told.stderr.replace("\n", "")
    assert f"{len(good)} indexed" in told.stdout
    assert f"{len(REFUSED)} refused" in told.stdout
    found = json.loads(run("search", "facture", "--mode", "words", "--json").stdout)
    assert found["total"]["value"] == len(good)


def test_groups_that_hold_each_other_let_in_the_members_of_both(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "records.ndjson"
    records = (
        {"type": "group", "id": "a", "name": "A", "visibility": "private", "members": ["group:b"]},
        {
            "type": "group",
            "id": "b",
            "name": "B",
            "visibility": "private",
            "members": ["group:a", "group:b", "ana"],
        },
        {"type": "post", "id": "p", "group": "a", "text": "la facture"},
    )
    file.write_text("\n".join(map(json.dumps, records)))
    run("ingest", file)

    def found(viewer: str) -> int:
        asked = ("search", "facture", "--mode", "words", "--as", viewer, "--json")
        total: int = json.loads(run(*asked).stdout)["total"]["value"]
        return total

    assert (found("ana"), found("bob")) == (1, 0)


def test_a_setting_that_is_not_known_is_told_with_the_likely_one(run: Run, tmp_path: Path) -> None:
    settings = tmp_path / "finder.toml"
    settings.write_text('langage = "fr"\n')
    told = run("search", "facture", "--config", settings, code=ExitCode.OPERATOR)
    assert "unknown setting langage; did you mean language?" in told.stderr.replace("\n", " ")
