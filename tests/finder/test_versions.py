"""Versions of one text are one result."""

from datetime import UTC, datetime

import pytest
from organisation import NewOrganisation, Organisation

from finder.domain import Document, Post
from finder.query import Mode, understand

PLAN = (
    "En cas de rupture d’une conduite, l’astreinte prévient la mairie, ferme la vanne la plus "
    "proche, distribue de l’eau en bouteille aux personnes fragiles et rend compte chaque heure."
)


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


@pytest.fixture
def organisation(new_organisation: NewOrganisation) -> Organisation:
    made = new_organisation()
    made.take(
        Document(id="v1", title="Plan de crise v1", text=PLAN, updated_at=day(1)),
        Document(id="v2", title="Plan de crise v2", text=f"{PLAN} Validé.", updated_at=day(9)),
        Document(id="v3", title="Plan de crise v3", text=PLAN, updated_at=day(20), acl=()),
        Document(id="other", title="Contrat de Lyon", text=PLAN, updated_at=day(2)),
        Post(id="p", text="Une conduite a cédé, l’astreinte a prévenu", updated_at=day(3)),
    )
    return made


@pytest.mark.parametrize("mode", [Mode.MEANING, Mode.HYBRID])
def test_the_newest_version_stands_for_the_others(organisation: Organisation, mode: Mode) -> None:
    page = organisation.search("rupture de conduite astreinte", mode=mode)
    found = {item.key.id: [version.id for version in item.versions] for item in page.items}
    assert found == {"v2": ["v1"], "other": [], "p": []}
    assert page.total == 3
    scores = [item.score for item in page.items]
    assert scores == sorted(scores, reverse=True)


def test_pages_of_a_folded_list_hold_each_record_once(organisation: Organisation) -> None:
    query, viewer = understand("rupture de conduite astreinte"), organisation.viewer()
    whole = [item.key for item in organisation.finder.search(query, viewer).items]
    pages = [
        organisation.finder.search(query, viewer, offset=offset, limit=1) for offset in range(3)
    ]
    assert [item.key for page in pages for item in page.items] == whole
    assert [page.next_offset for page in pages] == [1, 2, None]


def test_every_version_is_judged_in_an_evaluation(organisation: Organisation) -> None:
    ranked = organisation.finder.ranked_records(
        understand("rupture de conduite"), organisation.viewer()
    )
    assert {"v1", "v2"} <= {name for name, _ in ranked}


def test_words_alone_need_no_vectors(organisation: Organisation) -> None:
    with organisation.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM vectors")
    assert set(organisation.found("rupture", mode=Mode.WORDS)) == {"v1", "v2", "other"}
