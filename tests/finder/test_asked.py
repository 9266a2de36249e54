"""What is asked, and what is told of it: mistyped words, the subject, words nowhere."""

from dataclasses import replace

import pytest
from organisation import Organisation

from finder.domain import Person, PersonId, Post
from finder.query import Mode, understand

AMY, BOB = PersonId("amy"), PersonId("bob")


def post(name: str, text: str = "la facture d'eau", **fields: object) -> Post:
    return replace(Post(id=name, text=text, language="fr"), **fields)


@pytest.mark.parametrize("mode", Mode)
def test_what_is_mistyped_is_found_and_what_was_asked_is_told(
    organisation: Organisation, mode: Mode
) -> None:
    organisation.take(post("a", authors=(AMY,)), post("b", "la pluie", authors=(BOB,)))
    meant = organisation.search("facture", mode=mode)
    assert meant.corrected is None
    found = organisation.search("factrue", mode=mode)
    assert (found.corrected, found.items) == ("facture", meant.items)
    people = organisation.experts("factrue", mode=mode)
    assert (people.corrected, people.items[0].id) == ("facture", AMY)
    asked = organisation.experts("Bonjour, qui connaît factrue, svp ?", mode=mode)
    assert asked.corrected == "qui connaît facture"
    behind = organisation.experts("factrue, qui contacter ?", mode=mode)
    assert behind.corrected == "facture, qui contacter ?"
    as_typed = understand("factrue", mode=mode, as_typed=True)
    left = organisation.finder.search(as_typed, organisation.viewer())
    assert left.corrected is None
    assert mode is not Mode.WORDS or left.items == []


@pytest.mark.parametrize("mode", Mode)
def test_people_are_ranked_by_the_subject_and_documents_by_the_question(
    organisation: Organisation, mode: Mode
) -> None:
    texts = ("la facture d'eau", "la pluie et l'eau", "le budget")
    for number, text in enumerate(texts):
        organisation.take(post(text, text, authors=(PersonId(str(number)),)))
    subject, question = "facture d'eau", "qui connaît la facture d'eau ?"
    people = organisation.experts(question, mode=mode).items
    assert people == organisation.experts(subject, mode=mode).items
    asked, alone = (organisation.search(text, mode=mode).items for text in (question, subject))
    same = [item.score for item in asked] == [item.score for item in alone]
    assert same is (mode is Mode.WORDS)


@pytest.mark.parametrize("required", ['"factrue"', "+factrue"])
def test_what_must_stand_in_the_texts_is_not_taken_for_mistyped(
    organisation: Organisation, required: str
) -> None:
    organisation.take(post("a"))
    alone = organisation.search(required)
    assert (alone.corrected, alone.items) == (None, [])
    beside = organisation.search(f"{required} factuer")
    assert (beside.corrected, beside.items) == ("factrue facture", [])


@pytest.mark.parametrize(
    ("asked", "unmatched"),
    [
        ("factures d’eau", []),
        ("qui connaît la facture dématérialisée ?", ["dématérialisée"]),
        ("l’Eau et l’AIPD, Kubernetes", ["AIPD", "Kubernetes"]),
        ("water invoice", []),  # found as French texts have it
        ("leak invoice", ["leak"]),
        ("secret", ["secret"]),
        ("eau avant:2020", ["eau"]),
        ("Amy Verne", []),  # asked for by name
        ("groupe:facture", []),
    ],
)
def test_words_that_nothing_searched_holds_are_told(
    organisation: Organisation, asked: str, unmatched: list[str]
) -> None:
    hidden = post("hidden", "l’AIPD secret", acl=())
    organisation.take(post("a", authors=(AMY,)), hidden, Person(id="amy", name="Amy Vernet"))
    assert list(organisation.experts(asked).unmatched) == unmatched
