"""What people know by what they wrote: found in texts, counted among what may be read."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st
from organisation import NewOrganisation, Organisation

from finder.access import Viewer
from finder.domain import (
    Deletion,
    Document,
    Group,
    GroupId,
    Kind,
    Person,
    PersonId,
    Post,
    RecordKey,
    Skill,
)
from indexers.catalogue.remaking import PassageToIndex
from indexers.lexical.labels import longest, stretches
from indexers.taxonomy.excluded import ExcludedTopics
from indexers.taxonomy.index import MentionIndex
from indexers.taxonomy.mentions import MentionWriter
from indexers.taxonomy.reading import read_csv
from indexers.taxonomy.store import forget_taxonomies, keep_taxonomy
from indexers.working import Worker

SKILLS = """id,label_fr,label_en,alternatives,broader
pg,PostgreSQL,PostgreSQL,postgres,
db,base de données,database,SGBD,
weld,soudage à l’arc,arc welding,soudure électrique,
bridge,commutateur réseau,network bridge,pont,
scala,Scala,Scala,,
go,go,Go,,
"""


def post(  # noqa: PLR0913 - as records have them
    name: str,
    text: str,
    author: str,
    *,
    group: str | None = None,
    reply_to: str | None = None,
    accepted: bool = False,
) -> Post:
    return Post(
        id=name,
        text=text,
        authors=(PersonId(author),),
        group=None if group is None else GroupId(group),
        reply_to=reply_to,
        accepted=accepted,
    )


@pytest.fixture
def organisation(new_organisation: NewOrganisation, tmp_path: Path) -> Organisation:
    file = tmp_path / "own.csv"
    file.write_text(SKILLS, encoding="utf-8")
    made = new_organisation()
    keep_taxonomy(made.database, "own", read_csv(file).skills)
    made.take(
        Person(id="dba", name="Dora", skills=(Skill(name="postgresql"),)),
        post("p1", "Les bases de données PostgreSQL se sauvegardent chaque nuit", "dba"),
        post("p2", "Une base de données PostgreSQL de plus", "dba"),
        Document(id="d1", title="PostgreSQL", text="Le guide.", authors=(PersonId("dba"),)),
        post("w1", "La soudure électrique en hauteur", "welder"),
        post("w2", "Soudage à l'arc : les masques", "welder"),
        post("w3", "Le soudage à l’arc, encore", "welder"),
        *(post(f"o{n}", f"La cantine du jour {n} propose un menu", f"o{n}") for n in range(12)),
    )
    return made


def shown(organisation: Organisation, person: str, viewer: str | None = None) -> dict[str, int]:
    return {skill.id: skill.records for skill in organisation.shown_skills(person, viewer)}


def test_skills_are_counted_by_record_in_any_form(organisation: Organisation) -> None:
    assert shown(organisation, "dba") == {"pg": 3, "db": 2}
    assert shown(organisation, "welder") == {"weld": 3}
    assert shown(organisation, "nobody") == {}
    assert (
        organisation.skills.shown_by(PersonId("dba"), Viewer(person=None, principals=frozenset()))
        == []
    )
    assert shown(organisation, "o1") == {}


def test_a_few_of_many_records_show_nothing(organisation: Organisation) -> None:
    organisation.take(
        *(post(f"m{n}", f"Le menu {n}", "welder") for n in range(147)),
        *(post(f"n{n}", f"Le menu {n}", f"o{n % 12}") for n in range(300)),
    )
    assert shown(organisation, "welder") == {"weld": 3}
    organisation.take(post("m147", "Le menu encore", "welder"))
    assert shown(organisation, "welder") == {}


def test_each_is_shown_with_its_newest_records_and_apart_from_what_is_declared(
    organisation: Organisation,
) -> None:
    postgres, database = organisation.shown_skills("dba")
    assert postgres.declared
    assert not database.declared
    assert {record.id for record in postgres.examples} == {"p1", "p2", "d1"}
    assert (database.name.french, database.name.english) == ("base de données", "database")


def test_one_word_of_a_text_is_a_skill_where_it_is_called_so(organisation: Organisation) -> None:
    texts = (
        "Le pont routier ferme et la postgres attend",  # other names
        "La scala et go, en avant",  # small letters; a name of small letters
        "Scala et SGBD",
    )
    organisation.take(
        *(post(f"x{n}-{k}", text, f"x{n}") for n, text in enumerate(texts) for k in range(2))
    )
    assert [shown(organisation, f"x{n}") for n in range(3)] == [{}, {"go": 2}, {"scala": 2}]


def test_what_a_viewer_may_not_read_changes_nothing(organisation: Organisation) -> None:
    secret = Group(id="secret", name="Secret", members=("insider",), private=True)
    before = [organisation.shown_skills(person) for person in ("dba", "welder")]
    organisation.take(
        secret,
        *(
            post(f"s{n}", "Le commutateur réseau PostgreSQL", "dba", group="secret")
            for n in range(5)
        ),
        *(post(f"t{n}", "Soudage à l’arc", "spy", group="secret") for n in range(40)),
    )
    assert [organisation.shown_skills(person) for person in ("dba", "welder")] == before
    assert shown(organisation, "spy") == {}
    assert shown(organisation, "dba", "insider") == {"pg": 8, "bridge": 5, "db": 2}
    assert shown(organisation, "welder", "insider") == {}  # everybody writes of it, for them


def test_whoever_asked_what_was_answered_did_not_know(organisation: Organisation) -> None:
    organisation.take(
        *(post(f"q{n}", "Comment régler PostgreSQL ?", "asker") for n in range(2)),
        post("a0", "Par PostgreSQL lui-même", "solver", reply_to="q0", accepted=True),
        post("a1", "PostgreSQL a une commande", "solver", reply_to="q1", accepted=True),
    )
    assert shown(organisation, "asker") == {}
    assert shown(organisation, "solver") == {"pg": 2}


def test_records_that_are_replaced_or_deleted_no_longer_count(organisation: Organisation) -> None:
    organisation.take(post("p2", "Tout autre chose", "dba"))
    assert shown(organisation, "dba") == {"pg": 2}
    organisation.take(Deletion(target=RecordKey(Kind.POST, "p1")))
    assert shown(organisation, "dba") == {}


def test_a_taxonomy_that_changes_is_looked_for_again(
    organisation: Organisation, tmp_path: Path
) -> None:
    file = tmp_path / "other.csv"
    file.write_text(
        "id,label_fr\nnight,sauvegarder chaque nuit\nwelding,soudage\n", encoding="utf-8"
    )
    keep_taxonomy(organisation.database, "own", read_csv(file).skills)
    assert shown(organisation, "dba") == {}
    writer = MentionWriter(organisation.database)
    told: list[int] = []
    left = writer.remaining()
    writer.follow(told.append)
    assert sum(told) == left > 0
    assert writer.remaining() == 0
    assert shown(organisation, "welder") == {"welding": 2}
    forget_taxonomies(organisation.database, ["own"])
    assert writer.remaining() == 0
    assert shown(organisation, "welder") == {}


def test_a_taxonomy_that_changes_meanwhile_leaves_nothing_wrong(
    organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "other.csv"
    file.write_text("id,label_fr\nwelding,soudage à l’arc\n", encoding="utf-8")
    other = read_csv(file).skills
    keep_taxonomy(organisation.database, "own", read_csv(tmp_path / "own.csv").skills)
    writer = MentionWriter(organisation.database)
    found = writer._found

    def interrupted(batch: Sequence[PassageToIndex]) -> set[tuple[int, int]]:
        monkeypatch.undo()
        keep_taxonomy(organisation.database, "own", other)
        return found(batch)

    monkeypatch.setattr(writer, "_found", interrupted)
    writer.follow()
    assert shown(organisation, "welder") == {"welding": 2}
    assert shown(organisation, "dba") == {}


def test_what_must_not_be_inferred_is_not_whatever_was_imported(organisation: Organisation) -> None:
    index = MentionIndex(organisation.database, ExcludedTopics(["soudage"]))
    assert set(index.names(["pg", "weld"])) == {"pg"}


def test_the_worker_looks_for_skills_once_the_queue_is_empty(organisation: Organisation) -> None:
    worker = Worker(organisation.database, organisation.tools)
    assert not worker.has_work()
    file = organisation.folder / "more.csv"
    file.write_text("id,label_fr\nmenu,menu\n", encoding="utf-8")
    keep_taxonomy(organisation.database, "more", read_csv(file).skills)
    assert worker.has_work()
    worker.run(Event())
    assert not worker.has_work()
    assert shown(organisation, "dba") == {"pg": 3, "db": 2}
    worker.close()


@given(st.lists(st.sampled_from(["soudage", "à", "l’arc", "base", "de", "données"]), max_size=12))
def test_the_longest_stretches_leave_nothing_out_and_never_overlap(words: list[str]) -> None:
    found = list(stretches(" ".join(words)))
    kept = {(stretch.start, stretch.end) for stretch in longest(found)}
    for stretch in found:
        assert any(start < stretch.end and stretch.start < end for start, end in kept)
    ends = sorted(kept)
    assert all(former[1] <= later[0] for former, later in pairwise(ends))
