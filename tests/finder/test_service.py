"""Answers as a whole, from real components on a few records."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest
from organisation import NewOrganisation, Organisation

from finder.domain import (
    Contribution,
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
from finder.errors import NotFoundError
from finder.fusion import Part
from finder.query import Mode, understand
from finder.results import Explanation, Standing
from finder.service import EVIDENCE_SHOWN

AMY, BOB = PersonId("amy"), PersonId("bob")


def post(name: str, text: str = "la facture d'eau", **fields: object) -> Post:
    return replace(Post(id=name, text=text, language="fr"), **fields)


def key(name: str) -> RecordKey:
    return RecordKey(Kind.POST, name)


class TestSearch:
    def test_posts_and_documents_answer_and_profiles_do_not(
        self, organisation: Organisation
    ) -> None:
        organisation.take(
            post("a"),
            Document(id="b", title="Facture", text="eau"),
            Person(id="amy", name="Amy", skills=(Skill(name="facture"),)),
            Group(id="facture", name="facture"),
        )
        assert set(organisation.found("facture")) == {"a", "b"}

    def test_pages_follow_each_other(self, organisation: Organisation) -> None:
        organisation.take(*(post(str(n), "eau " * (n + 1)) for n in range(5)))
        query, viewer = understand("eau", mode=Mode.WORDS), organisation.viewer()
        whole = organisation.finder.search(query, viewer)
        first = organisation.finder.search(query, viewer, limit=3)
        second = organisation.finder.search(query, viewer, offset=3, limit=3)
        assert [*first.items, *second.items] == whole.items
        assert (first.total, first.relation, first.next_offset) == (5, "eq", 3)
        assert second.next_offset is None
        assert organisation.finder.search(query, viewer, offset=9).items == []

    @pytest.mark.parametrize("mode", Mode)
    def test_the_parts_of_a_score_sum_to_it(self, organisation: Organisation, mode: Mode) -> None:
        organisation.take(*(post(str(n), "eau pluie " * n + "facture") for n in range(9)))
        for item in organisation.search("eau facture", mode=mode).items:
            assert item.score == sum(item.parts.values())
            assert mode is not Mode.WORDS or item.parts[Part.MEANING] == 0.0
            assert mode is not Mode.MEANING or item.parts[Part.WORDS] == 0.0
            assert (Part.NEIGHBOURS in item.parts) is (mode is not Mode.WORDS)

    def test_the_snippet_marks_the_words_of_the_query(self, organisation: Organisation) -> None:
        organisation.take(post("a", "Les FACTURES d’eau."))
        shown = organisation.search("facture").items[0].passage.snippet
        assert [shown.text[span.start : span.end] for span in shown.highlights] == ["FACTURES"]

    def test_what_is_not_yet_encoded_is_found_by_words(self, organisation: Organisation) -> None:
        from organisation import Given

        list(organisation.pipeline.ingest(Given((post("a"),))))
        assert organisation.found("facture", mode=Mode.HYBRID) == ["a"]
        assert organisation.found("facture", mode=Mode.MEANING) == []

    def test_a_lone_passage_is_found_by_meaning_with_a_score(
        self, organisation: Organisation
    ) -> None:
        organisation.take(post("a", authors=(AMY,)))
        assert organisation.search("facture", mode=Mode.MEANING).items[0].score > 0.0
        assert [p.id for p in organisation.experts("facture", mode=Mode.MEANING).items] == [AMY]


class TestExperts:
    def test_each_persons_evidence_and_rest_sum_exactly_to_the_score(
        self, new_organisation: NewOrganisation
    ) -> None:
        random = Random(3)  # noqa: S311 - a repeatable test, no secret
        words = ["eau", "pluie", "facture", "budget"]
        people = [PersonId(name) for name in "abcdef"]
        made = new_organisation()
        made.take(
            *(
                Document(
                    id=str(n),
                    text=" ".join(random.choices(words, k=9)),
                    updated_at=datetime(random.randint(2005, 2026), 1, 1, tzinfo=UTC),
                    authors=tuple(random.sample(people, random.randint(0, 3))),
                    contributors=tuple(
                        Contribution(
                            person=person, role=random.choice(("editor", "jury", "member"))
                        )
                        for person in random.sample(people, 2)
                    ),
                )
                for n in range(60)
            )
        )
        for mode in Mode:
            for person in made.experts("eau du budget", mode=mode).items:
                shown = [evidence.contribution for evidence in person.evidence]
                assert len(shown) == EVIDENCE_SHOWN
                assert sum(shown) + person.rest == person.score
                assert shown == sorted(shown, reverse=True)
                assert person.rest_count > 0
                whole = made.finder.explain(
                    understand("eau du budget", mode=mode), made.viewer(), person=person.id
                ).person
                assert (whole.rank, whole.score) == (person.rank, person.score)
                assert (whole.rest, whole.rest_count) == (0.0, 0)
                assert sum(evidence.contribution for evidence in whole.evidence) == person.score
                assert len(whole.evidence) == len(shown) + person.rest_count

    def test_evidence_tells_what_when_and_in_which_role(self, organisation: Organisation) -> None:
        changed = datetime(2025, 1, 2, tzinfo=UTC)
        organisation.take(
            Document(
                id="d",
                text="facture",
                created_at=datetime(2020, 1, 1, tzinfo=UTC),
                updated_at=changed,
                contributors=(Contribution(person=AMY, role="Rapporteuse"),),
            )
        )
        (person,) = organisation.experts("facture").items
        (evidence,) = person.evidence
        assert evidence.found.key == RecordKey(Kind.DOCUMENT, "d")
        assert (evidence.role_name, evidence.at) == ("Rapporteuse", changed)
        counted = evidence.role_weight * evidence.share * evidence.recency
        product = (evidence.strength * evidence.order + evidence.presence) * counted
        assert evidence.contribution == pytest.approx(product)

    def test_a_profile_speaks_for_its_person(self, organisation: Organisation) -> None:
        organisation.take(
            Person(id="amy", name="Amy", about="la facture"), post("a", authors=(BOB,))
        )
        assert {person.id for person in organisation.experts("facture").items} == {AMY, BOB}

    def test_people_named_before_their_record_get_it_when_it_comes(
        self, organisation: Organisation
    ) -> None:
        organisation.take(post("a", authors=(AMY,)))
        assert organisation.experts("facture").items[0].profile is None
        organisation.take(Person(id="amy", name="Amy"))
        profile = organisation.experts("facture").items[0].profile
        assert isinstance(profile, Person)
        assert profile.name == "Amy"

    def test_a_profile_that_may_not_be_read_is_as_if_it_were_not_there(
        self, organisation: Organisation
    ) -> None:
        organisation.take(Person(id="amy", about="facture", acl=()), post("a", authors=(AMY,)))
        (person,) = organisation.experts("facture").items
        assert person.profile is None
        assert [evidence.found.key for evidence in person.evidence] == [key("a")]

    def test_nothing_is_explained_where_nothing_speaks(self, organisation: Organisation) -> None:
        organisation.take(post("a", authors=(AMY,), acl=()), post("b", authors=(BOB,)))
        reasons = []
        for person in (AMY, PersonId("nobody")):
            with pytest.raises(NotFoundError) as refused:
                organisation.finder.explain(
                    understand("facture", mode=Mode.WORDS), organisation.viewer(), person=person
                )
            reasons.append(str(refused.value).replace(person, "?"))
        assert reasons[0] == reasons[1]

    def test_somebody_is_told_of_themselves_how_they_stand(
        self, organisation: Organisation
    ) -> None:
        organisation.take(
            *(post(str(n), authors=(BOB,)) for n in range(3)),
            post("hers", authors=(AMY,)),
            post("elsewhere", "la pluie", authors=(AMY,)),
            post("hidden", authors=(AMY,), acl=()),
            Person(id="amy", name="Amy"),
        )

        def told(text: str, person: str, viewer: str) -> Explanation:
            return organisation.finder.explain(
                understand(text, mode=Mode.WORDS),
                organisation.viewer(viewer),
                person=PersonId(person),
            )

        first = organisation.experts("facture").items[0]
        amy = told("facture", "amy", "amy")
        assert amy.person.rank == 2
        assert amy.standing == Standing(people=2, first=first.score, ahead=first.score, records=2)
        bob = told("facture", "bob", "bob")
        assert bob.standing == Standing(people=2, first=first.score, ahead=None, records=3)
        assert told("facture", "amy", "bob").standing is None
        nothing = told("pluie", "bob", "bob")
        assert (nothing.person.rank, nothing.person.score) == (None, 0.0)
        assert nothing.person.evidence == []
        assert nothing.standing is not None
        assert nothing.standing.records == 3
        nobody = told("zygomorphe", "stranger", "stranger")
        assert nobody.standing == Standing(people=0, first=None, ahead=None, records=0)

    def test_the_rankings_for_evaluation_are_those_shown(self, organisation: Organisation) -> None:
        organisation.take(*(post(str(n), "eau " * n, authors=(AMY, BOB)) for n in range(1, 9)))
        query, viewer = understand("eau"), organisation.viewer()
        people = organisation.experts("eau", mode=Mode.HYBRID).items
        records = organisation.search("eau", mode=Mode.HYBRID).items
        assert organisation.finder.ranked_people(query, viewer) == [(p.id, p.score) for p in people]
        assert organisation.finder.ranked_records(query, viewer) == [
            (r.key.id, r.score) for r in records
        ]


class TestAccess:
    def test_a_record_is_had_by_those_who_may_read_it(self, organisation: Organisation) -> None:
        organisation.take(post("a", acl=("user:amy",)))
        assert organisation.finder.record(key("a"), organisation.viewer("amy")).record.id == "a"
        for name, viewer in (("a", organisation.viewer("bob")), ("b", organisation.viewer("amy"))):
            with pytest.raises(NotFoundError, match=f"There is no post '{name}' that you may read"):
                organisation.finder.record(key(name), viewer)

    def test_membership_and_visibility_take_effect_at_once(
        self, organisation: Organisation
    ) -> None:
        club = Group(id="club", members=("amy",), private=True)
        organisation.take(post("a", group=GroupId("club")))
        assert organisation.found("facture", "amy") == []
        organisation.take(club)
        assert organisation.found("facture", "amy") == ["a"]
        assert organisation.found("facture", "bob") == []
        organisation.take(replace(club, members=("bob",)))
        assert organisation.found("facture", "amy") == []
        assert organisation.found("facture", "bob") == ["a"]
        organisation.take(replace(club, private=False))
        assert organisation.found("facture", "amy") == ["a"]
        organisation.take(Deletion(target=RecordKey(Kind.GROUP, "club")))
        assert organisation.found("facture", "amy") == []

    def test_groups_nest_and_a_circle_of_groups_ends(self, organisation: Organisation) -> None:
        organisation.take(
            Group(id="top", members=("group:middle",), private=True),
            Group(id="middle", members=("group:low", "group:top"), private=True),
            Group(id="low", members=("amy", "group:middle"), private=True),
            post("a", group=GroupId("top")),
            post("b", deny=("group:top",)),
        )
        assert set(organisation.found("facture", "amy")) == {"a"}
        assert set(organisation.found("facture", "bob")) == {"b"}

    def test_a_guest_sees_what_is_public_and_their_groups(self, organisation: Organisation) -> None:
        organisation.take(
            Group(id="partners", members=("gil",)),
            post("a"),
            post("b", acl=("public",)),
            post("c", group=GroupId("partners")),
        )
        guest = organisation.viewer("gil", member=False)
        found = organisation.finder.search(understand("facture"), guest).items
        assert {item.key.id for item in found} == {"b", "c"}

    @pytest.mark.parametrize("mode", Mode)
    def test_what_is_deleted_is_gone_from_every_answer(
        self, organisation: Organisation, mode: Mode
    ) -> None:
        organisation.take(post("a", authors=(AMY,)), post("b", authors=(BOB,)))
        assert set(organisation.found("facture", mode=mode)) == {"a", "b"}
        organisation.take(Deletion(target=key("a")))
        assert organisation.found("facture", mode=mode) == ["b"]
        assert AMY not in {person.id for person in organisation.experts("facture", mode=mode).items}
        with pytest.raises(NotFoundError):
            organisation.finder.record(key("a"), organisation.viewer())

    def test_a_replaced_record_leaves_no_trace_of_its_old_text(
        self, new_organisation: NewOrganisation
    ) -> None:
        changed, fresh = new_organisation(), new_organisation()
        for made in (changed, fresh):
            made.take(*(post(str(n), "eau " * (n + 1)) for n in range(5)))
        changed.take(post("a", "facture eau", authors=(AMY,)))
        for made in (changed, fresh):
            made.take(post("a", "pluie", authors=(BOB,)))
        assert changed.found("facture") == []
        for mode in Mode:
            assert changed.search("eau pluie", mode=mode) == fresh.search("eau pluie", mode=mode)
            assert changed.experts("eau pluie", mode=mode) == fresh.experts("eau pluie", mode=mode)
