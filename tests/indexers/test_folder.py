import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from finder.domain import Document, Person, Skill
from finder.errors import SettingsError
from indexers.parsing import Block, ParsedFile
from indexers.sources import Refusal, SourceItem
from indexers.sources.completing import completed
from indexers.sources.folder import FolderSource
from indexers.sources.people import People, people_beside

PEOPLE = """\
file,authors,id,name,email,title,unit,skills
notes/*.txt,marie;Luc Petit,,,,,,
notes/b.txt,h.martin@example.org,,,,,,
,,marie,Marie Dupont,marie@example.org,Acheteuse,Achats,négociation; SQL
,,,Hélène Martin,h.martin@example.org,,,
,,bad\x07id,Zoé,,,,
"""


def known(people: str, folder: Path) -> People:
    (folder / "people.csv").write_text(people, encoding="utf-8")
    return people_beside(folder)


def parsed(*authors: str) -> ParsedFile:
    return ParsedFile(title="Du fichier", authors=authors, blocks=(Block(text="a"),))


def test_files_become_documents_in_order(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "b.txt").write_text("b")
    (tmp_path / "a.txt").write_text("a")
    source = FolderSource(tmp_path)
    assert source.total == 2
    items = [found for found in source.items() if isinstance(found, SourceItem)]
    assert [found.record for found in items] == [
        Document(id="a.txt", file="a.txt"),
        Document(id="notes/b.txt", file="notes/b.txt"),
    ]
    assert items[1].path == tmp_path / "notes" / "b.txt"


def test_what_is_left_out_is_listed_with_its_reason(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / ".git").mkdir(parents=True)
    (root / ".git" / "config").write_text("x")
    (root / "~$plan.docx").write_text("x")
    os.mkfifo(root / "pipe")
    (tmp_path / "secret").write_text("x")
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "nowhere").symlink_to(root / "missing")
    (root / "circle").symlink_to(root)
    refusals = {
        Path(found.source).name: found.reason
        for found in FolderSource(root).items()
        if isinstance(found, Refusal)
    }
    assert refusals == {
        ".git": "hidden",
        "~$plan.docx": "a lock that an office program left",
        "pipe": "not a regular file",
        "out": "a link that leads out of the folder",
        "nowhere": "a link that leads nowhere",
        "circle": "a link to a folder, which is read where it lies",
    }


def test_a_name_that_is_no_text_is_made_safe_and_still_opens(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("a")
    (found,) = FolderSource(tmp_path).items()
    assert isinstance(found, SourceItem)
    assert found.record == Document(id="caf%E9.txt", file="caf%E9.txt")
    assert found.path is not None
    assert found.path.read_text() == "a"


def test_two_names_that_are_shown_alike_are_two_documents(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("Le texte.")
    (tmp_path / "caf%E9.txt").write_text("Un autre texte.")
    found = [item for item in FolderSource(tmp_path).items() if isinstance(item, SourceItem)]
    assert {item.record.id for item in found} == {"caf%E9.txt", "caf%25E9.txt"}


def test_settings_hold_for_every_document(tmp_path: Path) -> None:
    (tmp_path / "finder.toml").write_text(
        'acl = ["group:rh"]\ndeny = ["user:eve"]\nlanguage = "fr"\ngroup = "rh"\n'
    )
    (tmp_path / "a.txt").write_text("a")
    (found,) = FolderSource(tmp_path).items()
    assert isinstance(found, SourceItem)
    assert found.record == Document(
        id="a.txt", file="a.txt", acl=("group:rh",), deny=("user:eve",), language="fr", group="rh"
    )


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('langage = "fr"', "unknown key langage; did you mean language?"),
        ("zzz = 1", "the keys are acl, deny, group, language"),
        ('acl = ["rh"]', r"acl\[0\]: must be public, members, group:ID or user:ID"),
        ("acl = ", "cannot be read"),
    ],
)
def test_settings_at_fault(tmp_path: Path, toml: str, message: str) -> None:
    (tmp_path / "finder.toml").write_text(toml)
    with pytest.raises(SettingsError, match=message):
        FolderSource(tmp_path)


@pytest.mark.parametrize("name", ["finder.toml", "people.csv"])
def test_a_pipe_that_takes_the_name_of_what_tells_about_the_files_is_not_waited_for(
    tmp_path: Path, name: str
) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(SettingsError, match=f"{name} cannot be read: .*not a regular file"):
        FolderSource(tmp_path)


def test_people_get_records_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    marie, helene, refused = FolderSource(tmp_path).items()
    assert isinstance(marie, SourceItem)
    assert marie.record == Person(
        id="marie", name="Marie Dupont", email="marie@example.org", title="Acheteuse",
        unit="Achats", skills=(Skill(name="négociation"), Skill(name="SQL")),
    )  # fmt: skip
    assert isinstance(helene, SourceItem)
    assert helene.record == Person(
        id="h.martin@example.org", name="Hélène Martin", email="h.martin@example.org"
    )
    assert isinstance(refused, Refusal)
    assert (refused.line, refused.field) == (6, "id")


def test_an_exact_path_wins_over_a_pattern(tmp_path: Path) -> None:
    people = known(PEOPLE, tmp_path)
    assert people.authors_of("notes/a.txt") == ("marie", "Luc Petit")
    assert people.authors_of("notes/b.txt") == ("h.martin@example.org",)
    assert people.authors_of("other.txt") == ()


@pytest.mark.parametrize(
    "name", ["Helene MARTIN", "MARTIN, Hélène", "h.martin@EXAMPLE.org", "HM <h.martin@example.org>"]
)
def test_names_meet_whatever_their_case_accents_and_order(tmp_path: Path, name: str) -> None:
    people = known(PEOPLE, tmp_path)
    assert people.resolve([name]) == ("h.martin@example.org",)


def test_a_name_that_two_people_bear_is_nobodys() -> None:
    people = People([Person(id="1", name="Luc Petit"), Person(id="2", name="Luc Petit")])
    assert people.resolve(["Luc  Petit"]) == ("Luc Petit",)


def test_a_spreadsheet_set_to_french(tmp_path: Path) -> None:
    text = 'id;name;skills\nh;Hélène;"achats;SQL"\n'
    (tmp_path / "people.csv").write_bytes(text.encode("cp1252"))
    (found,) = FolderSource(tmp_path).items()
    assert isinstance(found, SourceItem)
    assert found.record == Person(
        id="h", name="Hélène", skills=(Skill(name="achats"), Skill(name="SQL"))
    )


def test_a_people_file_without_its_columns_says_which(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("nom,prénom\n")
    with pytest.raises(SettingsError, match="file and authors"):
        FolderSource(tmp_path)


def test_authors_come_from_the_file_then_from_people_csv(tmp_path: Path) -> None:
    record = Document(id="notes/a.txt", file="notes/a.txt")
    people = known(PEOPLE, tmp_path)
    named = completed(record, parsed("Helene Martin"), people)
    assert named.authors == ("h.martin@example.org",)
    assert completed(record, parsed(), people).authors == ("marie", "Luc Petit")


def test_what_the_record_says_stands(tmp_path: Path) -> None:
    created = datetime(2024, 3, 5, tzinfo=UTC)
    record = Document(id="d", file="d", title="Du record", authors=("x",), created_at=created)  # type: ignore[arg-type]
    done = completed(record, parsed("Marie Dupont"), known(PEOPLE, tmp_path))
    assert (done.title, done.authors, done.created_at) == ("Du record", ("x",), created)
