"""An organisation's own synonyms and acronyms: what they find, and what is refused of them."""

from pathlib import Path

import pytest
from organisation import NewOrganisation, Organisation

from finder.domain import PersonId, Post
from finder.errors import InputError
from indexers.taxonomy.skills import Skill
from indexers.taxonomy.store import forget_taxonomies, keep_taxonomy, kept_taxonomies
from indexers.taxonomy.synonyms import SYNONYMS, read_synonyms

LINES = """# what we call things
OPALE, gestion des carrières, parcours agents   # the tool and its purpose
badgeuse, pointeuse

véhicule => utilitaire, fourgon électrique
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ours.txt"
    path.write_text(LINES, encoding="utf-8")
    return path


@pytest.fixture
def organisation(new_organisation: NewOrganisation, file: Path) -> Organisation:
    made = new_organisation()
    made.take(
        *(
            Post(id=name, text=text, authors=(PersonId("ana"),), language="fr")
            for name, text in {
                "tool": "Opale est en panne depuis lundi",
                "purpose": "La gestion des carrières change de bureau",
                "half": "Les carrières de granit",
                "clock": "Les pointeuses du hall sont remplacées",
                "van": "Un fourgon électrique de plus au garage",
                "car": "Chaque véhicule a son carnet d’entretien",
            }.items()
        )
    )
    keep_taxonomy(made.database, SYNONYMS, read_synonyms(file).skills)
    return made


def test_names_are_found_by_each_other_among_other_words_too(organisation: Organisation) -> None:
    assert organisation.found("OPALE") == ["tool", "purpose"]
    assert set(organisation.found("panne d’opale")) == {"tool", "purpose"}
    career = organisation.found("gestion des carrières")
    assert career[0] == "purpose"
    assert set(career[1:]) == {"tool", "half"}
    assert organisation.found("badgeuse cassée") == ["clock"]


def test_one_way_is_no_way_back(organisation: Organisation) -> None:
    assert organisation.found("véhicules") == ["car", "van"]
    assert organisation.found("fourgon électrique") == ["van"]


def test_a_skill_of_the_same_name_does_not_count_among_other_words(
    organisation: Organisation,
) -> None:
    # Of another taxonomy: one word among others mostly means something else.
    keep_taxonomy(
        organisation.database, "skills", [Skill(id="s", alternatives=("badgeuse", "courrier"))]
    )
    organisation.take(Post(id="mail", text="Le courrier du matin", authors=(PersonId("ana"),)))
    assert set(organisation.found("badgeuse")) == {"clock", "mail"}
    assert organisation.found("badgeuse cassée") == ["clock"]


def test_a_name_is_not_mistyped(organisation: Organisation) -> None:
    page = organisation.search("badgeuse")
    assert page.corrected is None
    assert [item.key.id for item in page.items] == ["clock"]


def test_without_them_a_query_finds_its_own_words(organisation: Organisation) -> None:
    (kept,) = kept_taxonomies(organisation.database)
    assert (kept.name, kept.skills) == (SYNONYMS, 4)
    forget_taxonomies(organisation.database, [SYNONYMS])
    assert organisation.found("OPALE") == ["tool"]


def test_bad_lines_are_told_and_the_rest_goes_in(tmp_path: Path) -> None:
    file = tmp_path / "bad.txt"
    file.write_bytes(
        "\ufeffDPO, DPD\nseul\n=> rien\n…, &\nun, deux, a b c d e f g h i\n".encode()
        + "égal, ".encode()
        + b"caf\xe9\n"
        + "CODIR, comité de direction".encode()
    )
    read = read_synonyms(file)
    assert [skill.labels for skill in read.skills] == [
        ("DPO", "DPD"),
        ("CODIR", "comité de direction"),
    ]
    assert [(refused.line, refused.reason.split(":")[0]) for refused in read.refused] == [
        (2, "two names at least must stand here, separated by a comma"),
        (3, "names must stand on both sides of =>"),
        (4, "'…' cannot be looked for"),
        (5, "'a b c d e f g h i' cannot be looked for"),
        (6, "'caf\N{REPLACEMENT CHARACTER}' is not UTF-8"),
    ]
    with pytest.raises(InputError, match=r"nowhere\.txt cannot be read: No such file"):
        read_synonyms(tmp_path / "nowhere.txt")
