"""Who is thanked, and who is only named."""

import pytest
from organisation import NewOrganisation

from finder.domain import PersonId, Post, Role
from indexers.thanks import only_thanks, thanks


@pytest.mark.parametrize(
    "text",
    [
        "Merci @Amy !",
        "MERCI à Amy pour la pompe",
        "Je remercie Amy",
        "Tous nos remerciements à Amy",
        "Grâce à Amy, j’ai compris",
        "Amy m’a bien aidée, m'a dépanné",
        "Thanks Amy",
        "Thank you, Amy",
        "We are grateful to Amy, who helped us",
        "Merci de ton aide",
        "Merci d'avoir réparé la pompe",
        "Merci de votre patience",
        "Bravo Amy !",
        "Félicitations à toute l’équipe",
        "Je vous félicite",
        "Super travail Amy 👏",
        "Bien joué",
        "Congrats, great work",
        "Well done!",
    ],
)
def test_thanks_are_told_in_both_languages(text: str) -> None:
    assert thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "Amy a vu la pompe",
        "Le mercier",
        "La grâce",
        "Thanksgiving",
        "Amy aide",
        "",
        "aidé",
        "Merci de vérifier le câble",
        "merci d'éteindre",
        "Merci bien de répondre ici",
        "un travail superbe",
        "work well, done",
        "la félicité",
    ],
)
def test_other_texts_thank_nobody(text: str) -> None:
    assert not thanks(text)


def test_a_long_text_does_more_than_thank() -> None:
    assert only_thanks("Merci Amy ! Je teste demain.")
    assert not only_thanks("Merci Amy ! " + "La vanne se ferme à droite. " * 10)
    assert not only_thanks("Je teste demain.")


def test_who_is_thanked_comes_before_who_is_mentioned(new_organisation: NewOrganisation) -> None:
    organisation = new_organisation()

    def post(name: str, text: str, person: str) -> Post:
        return Post(
            id=name, text=text, authors=(PersonId(f"by-{name}"),), mentions=(PersonId(person),)
        )

    organisation.take(
        post("p1", "Vu avec Bob la vanne rouge", "bob"),
        post("p2", "Merci à Amy la vanne rouge", "amy"),
    )
    found = {person.id: person for person in organisation.experts("vanne rouge").items}
    assert [each for each in found if each in {"amy", "bob"}] == ["amy", "bob"]
    (part,) = found[PersonId("amy")].evidence
    assert part.role is Role.THANKED


def test_a_reply_that_thanks_speaks_for_what_it_replies_to(
    new_organisation: NewOrganisation,
) -> None:
    organisation = new_organisation()
    organisation.take(
        Post(id="p1", text="La vanne rouge se ferme à droite", authors=(PersonId("amy"),)),
        Post(id="p2", text="La vanne rouge se ferme à droite", authors=(PersonId("bob"),)),
        Post(id="r1", text="Merci !", authors=(PersonId("eve"),), reply_to="p2"),
        Post(id="r2", text="Merci !", authors=(PersonId("eve"),), thread="p1"),
    )
    found = {person.id: person for person in organisation.experts("vanne rouge").items}
    assert list(found) == ["bob", "amy", "eve"]
    assert {part.role for part in found[PersonId("bob")].evidence} == {Role.AUTHOR, Role.THANKED}
    (part,) = found[PersonId("eve")].evidence  # of a thread, whom she thanks is not told
    assert (part.found.key.id, part.role) == ("p1", Role.ANSWERER)


def test_a_long_reply_that_thanks_is_an_answer(new_organisation: NewOrganisation) -> None:
    organisation = new_organisation()
    told = "Merci Amy. " + "Il faut purger la pompe avant de la démonter. " * 9
    organisation.take(
        Post(id="p1", text="La pompe est bloquée", authors=(PersonId("amy"),)),
        Post(id="r1", text=told, authors=(PersonId("eve"),), reply_to="p1"),
    )
    found = {person.id: person for person in organisation.experts("pompe").items}
    assert {part.role for part in found[PersonId("eve")].evidence} == {Role.AUTHOR, Role.ANSWERER}


def test_a_reply_that_only_praises_is_a_comment(new_organisation: NewOrganisation) -> None:
    def role_of_eve(*hidden: str) -> Role:
        organisation = new_organisation()
        amy, eve = PersonId("amy"), PersonId("eve")
        acl = () if hidden else None
        organisation.take(
            Post(id="p1", text="La pompe est réparée", authors=(amy,), acl=acl),
            Post(id="r1", text="Bravo pour la pompe !", authors=(eve,), reply_to="p1"),
        )
        found = {person.id: person for person in organisation.experts("pompe").items}
        return next(part.role for part in found[eve].evidence if part.found.key.id == "r1")

    assert role_of_eve() is Role.COMMENTER
    assert role_of_eve("p1") is Role.AUTHOR  # of what it replies to, the viewer knows nothing
