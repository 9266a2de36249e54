"""Skills by name: what a taxonomy adds to what a query finds, and what it must not."""

from pathlib import Path
from time import perf_counter

import pytest
from organisation import NewOrganisation, Organisation

from finder.domain import Document, PersonId, Post
from finder.errors import InputError, SettingsError
from indexers.taxonomy.excluded import STANDARD_FILE, read_excluded
from indexers.taxonomy.expander import SkillExpander
from indexers.taxonomy.reading import read_csv, read_esco
from indexers.taxonomy.store import forget_taxonomies, keep_taxonomy, kept_taxonomies

SKILLS = """id,label_fr,label_en,alternatives,broader
db,bases de données,databases,SGBD relationnel,
pg,PostgreSQL,PostgreSQL,postgres,db
weld,soudage à l’arc,arc welding,soudure électrique,
ill,longue maladie,long illness,,
ill2,congé de convalescence,convalescence,repos,ill
"""


@pytest.fixture
def taxonomy(tmp_path: Path) -> Path:
    file = tmp_path / "own.csv"
    file.write_text(SKILLS, encoding="utf-8")
    return file


@pytest.fixture
def organisation(new_organisation: NewOrganisation, taxonomy: Path) -> Organisation:
    made = new_organisation()

    def post(name: str, text: str, author: str) -> Post:
        return Post(id=name, text=text, authors=(PersonId(author),))

    made.take(
        post("direct", "Sauvegarder les bases de données chaque nuit", "dba"),
        post("narrow", "Régler PostgreSQL pour les gros volumes", "pgsql"),
        post("half", "Les bases d’un bon contrat de travail", "jurist"),
        post("english", "Arc welding needs a mask", "welder"),
        post("ill", "Ma longue maladie m’a tenue loin de vous, et ce repos aussi", "someone"),
        Document(id="hidden", text="PostgreSQL en secret", authors=(PersonId("spy"),), acl=()),
    )
    keep_taxonomy(made.database, "own", read_csv(taxonomy).skills)
    return made


def people(organisation: Organisation, text: str) -> list[str]:
    return [person.id for person in organisation.experts(text).items]


def test_a_narrower_skill_comes_after_the_skill_itself(organisation: Organisation) -> None:
    for query in ("bases de données", "qui connaît les bases de données ?", "databases"):
        found = people(organisation, query)
        assert found[0] == "dba", query
        assert "pgsql" in found, query
    assert "dba" not in people(organisation, "PostgreSQL")  # the whole is not the part


def test_a_skill_is_found_in_the_other_language_and_by_its_other_labels(
    organisation: Organisation,
) -> None:
    assert people(organisation, "soudage à l’arc") == ["welder"]
    assert people(organisation, "soudure électrique") == ["welder"]
    assert people(organisation, "postgres") == ["pgsql"]


def test_a_label_of_several_words_needs_all_of_them(organisation: Organisation) -> None:
    assert people(organisation, "SGBD relationnel") == ["dba", "pgsql"]


def test_of_other_labels_those_are_marked_that_stand_whole(organisation: Organisation) -> None:
    scorer = organisation.words.scorer("bases de données", organisation.readable())

    def marked(text: str) -> list[str]:
        return [text[span.start : span.end] for span in scorer.matches(text, 1)]

    assert marked("PostgreSQL est un SGBD : ses bases") == ["PostgreSQL", "bases"]
    assert marked("un SGBD plus relationnel qu’objet") == ["SGBD", "relationnel"]


def test_without_its_taxonomy_a_query_finds_its_own_words(organisation: Organisation) -> None:
    forget_taxonomies(organisation.database, ["own"])
    assert kept_taxonomies(organisation.database) == []
    assert people(organisation, "soudure électrique") == []


def test_health_is_never_a_skill(organisation: Organisation, taxonomy: Path) -> None:
    excluded = read_excluded([STANDARD_FILE])
    assert excluded.kept_out(read_csv(taxonomy).skills) == {"ill", "ill2"}
    expand = SkillExpander(organisation.database, excluded)
    assert expand("bases de données")
    for query in ("longue maladie", "bases de données et maladie", "repos syndical"):
        assert expand(query) == []


@pytest.mark.parametrize(
    "topic", ["arrêt maladie", "délégués syndicaux", "prières", "parti politique", "divorcé"]
)
def test_what_is_private_is_excluded_in_any_form(topic: str) -> None:
    assert read_excluded([STANDARD_FILE]).are_in(f"qui connaît {topic} ?")


def test_an_organisation_adds_its_own_topics(tmp_path: Path) -> None:
    own = tmp_path / "excluded.toml"
    own.write_text('secret = ["projet ambre"]', encoding="utf-8")
    assert read_excluded([STANDARD_FILE, own]).are_in("le projet Ambre avance")
    own.write_text('secret = "projet ambre"', encoding="utf-8")
    with pytest.raises(SettingsError, match="'secret' is not a list"):
        read_excluded([own])


def test_bad_lines_are_told_and_the_rest_goes_in(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_bytes(
        b"id;label_fr;label_en\na;Pompage;\n;Sans id;\nb;;\na;Encore;\nc;caf\xe9;\nd;x;y;z\n"
        b"e;;Pumps\n"
    )
    read = read_csv(file)
    assert [skill.id for skill in read.skills] == ["a", "e"]
    told = [(refused.line, refused.field) for refused in read.refused]
    assert told == [(3, "id"), (4, "label_fr"), (5, "id"), (6, "label_fr"), (7, None)]
    file.write_text("name\nPompage\n", encoding="utf-8")
    with pytest.raises(InputError, match="has no column id"):
        read_csv(file)


@pytest.mark.shared
def test_esco_is_read_whole_and_finds_skills_in_both_languages(
    shared: Path, new_organisation: NewOrganisation
) -> None:
    esco = read_esco(shared / "taxonomies/esco")
    assert len(esco.skills) > 10_000
    assert len(esco.refused) < 20  # published without a label
    made = new_organisation()
    excluded = read_excluded([STANDARD_FILE])
    out = excluded.kept_out(esco.skills)
    keep_taxonomy(made.database, "esco", [skill for skill in esco.skills if skill.id not in out])
    (kept,) = kept_taxonomies(made.database)
    assert kept.skills == len(esco.skills) - len(out)
    labels = {skill.french for skill in esco.skills if skill.id in out}
    assert any("syndica" in label for label in labels)
    expand = SkillExpander(made.database, excluded)
    start = perf_counter()
    found = expand("gestion de projets")
    assert perf_counter() - start < 1.0
    words = [word for name in found for other in name.others for word in other.words]
    others: frozenset[str] = frozenset().union(*words)
    assert any(form.startswith("manag") for form in others)
