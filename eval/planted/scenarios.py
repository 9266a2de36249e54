"""Who knows, and who only seems to: a scene for each reason to confuse them.

Each scenario casts people on one theme and has them write. What it says of who knows is the
truth that the ranking is held to; two people who differ in nothing but the scenario's reason are
a fair question. Bystanders mention every theme in passing.
"""

from collections.abc import Callable, Mapping

from eval.planted.organisation import RECENT, Days, Fields, Organisation
from eval.planted.writing import About

EXPERT_TEXTS = 3
FORMER: Days = (1830, 2190)
"""When somebody wrote who has done something else since: five to six years ago."""
PASSING_TEXTS = 12
"""How often somebody mentions what they do not know, to outweigh an expert by number alone."""
BYSTANDERS = 2


class Scene:
    """A theme, those who are cast on it, and what is true of them.

    Args:
        organisation: Where it plays.
        about: The theme, in the language that people write of it.
        number: Which scene of its scenario it is, from 0.
    """

    def __init__(self, organisation: Organisation, about: About, number: int) -> None:
        self.organisation = organisation
        self.about = about
        self.experts: set[str] = set()
        self.insiders: set[str] = set()
        self.answers: dict[str, int] = {}
        self._number = number
        for _ in range(BYSTANDERS):
            self.mention(self.person(), posts=1)

    def person(self) -> str:
        """Somebody new to the scene."""
        return self.organisation.cast()

    def expert(self) -> str:
        """The one who knows."""
        person = self.person()
        self.experts.add(person)
        return person

    def write(
        self,
        author: str,
        *,
        texts: int = EXPERT_TEXTS,
        days: Days = RECENT,
        group: str | None = None,
        hanger_on: str | None = None,
    ) -> None:
        """Somebody writes what only one who knows can write: a document, a post, and so on.

        Args:
            author: Who.
            texts: How many.
            days: When.
            group: Where; for everybody by default.
            hanger_on: Who likes the posts and comments on the documents.
        """
        writer = self.organisation.writer
        for number in range(texts):
            fields: Fields = {"group": group}
            if number % 2:
                kind, sentences = "post", 3
                if hanger_on:
                    fields["likes"] = [hanger_on]
            else:
                kind, sentences = "document", 6
                fields["title"] = writer.sentence("titles", self.about)
                if hanger_on:
                    fields["contributors"] = [{"person": hanger_on, "role": "commenter"}]
            opening = writer.sentence("openings", self.about)
            text = f"{opening} {writer.knowing(self.about, sentences=sentences)}"
            written = self.organisation.publish(kind, author, text, days=days, fields=fields)
            if group is None:
                self.answers[written] = 2

    def post(self, author: str, kind: str, *, fields: Fields | None = None) -> str:
        """Somebody posts one sentence of a kind."""
        text = self.organisation.writer.sentence(kind, self.about)
        return self.organisation.publish("post", author, text, fields=fields)

    def mention(self, author: str, *, posts: int) -> None:
        """Somebody mentions the theme while they speak of something else."""
        writer = self.organisation.writer
        for _ in range(posts):
            chatter = writer.chatter(self.about.language, sentences=3)
            passing = writer.sentence("passing", self.about)
            self.organisation.publish("post", author, f"{chatter} {passing}")

    def name(self, author: str, person: str, kind: str) -> None:
        """Somebody mentions a person together with the theme."""
        named = self.organisation.name(person)
        text = self.organisation.writer.sentence(kind, self.about, name=named)
        self.organisation.publish("post", author, text, fields={"mentions": [person]})

    def private_group(self) -> str:
        """One whose posts only its members read."""
        private = self.organisation.private
        return private[self._number % len(private)]


def plain(scene: Scene) -> None:
    """One knows, and nobody competes."""
    scene.write(scene.expert())


def decay(scene: Scene) -> None:
    """Two wrote as much and as well, one of them five years ago."""
    scene.write(scene.expert())
    scene.write(scene.person(), days=FORMER)


def leaver(scene: Scene) -> None:
    """Two wrote as much and as well, and one of them has left."""
    scene.write(scene.expert())
    gone = scene.person()
    scene.write(gone)
    scene.organisation.retire(gone)


def role(scene: Scene) -> None:
    """One wrote; another commented on all of it, was mentioned beside it, and liked it."""
    author, hanger_on = scene.expert(), scene.person()
    scene.write(author, hanger_on=hanger_on)
    for _ in range(EXPERT_TEXTS):
        scene.name(scene.person(), hanger_on, "mentioning")


def answer(scene: Scene) -> None:
    """One asks, one has no answer either, and one gives the answer that is accepted."""
    organisation, answerer = scene.organisation, scene.expert()
    asker, doubter = scene.person(), scene.person()
    for _ in range(EXPERT_TEXTS):
        asked = scene.post(asker, "asking")
        scene.answers[asked] = 1
        replied: Fields = {"reply_to": asked, "thread": asked}
        scene.post(doubter, "sharing_a_doubt", fields=replied)
        told = organisation.writer.knowing(scene.about, sentences=3)
        given = organisation.publish("post", answerer, told, fields=replied | {"accepted": True})
        scene.answers[given] = 2


def access(scene: Scene) -> None:
    """Who knows most wrote in a private group; everybody else can only find the next best."""
    group, inside = scene.private_group(), scene.person()
    scene.organisation.join(inside, group)
    scene.write(inside, group=group)
    scene.insiders.add(inside)
    scene.write(scene.expert(), texts=1)


def steep(scene: Scene) -> None:
    """One wrote two texts that tell; another mentions the theme all the time."""
    scene.write(scene.expert(), texts=2)
    scene.mention(scene.person(), posts=PASSING_TEXTS)


def digest(scene: Scene) -> None:
    """One wrote two texts that tell; the newsletter names the theme time and again."""
    scene.write(scene.expert(), texts=2)
    scene.organisation.newsworthy.append(scene.about.theme)


def profile(scene: Scene) -> None:
    """One wrote; another only declares it, along with everything else."""
    scene.write(scene.expert())
    declared = scene.organisation.people[scene.organisation.boaster]["skills"]
    assert isinstance(declared, list)  # noqa: S101 - as made by the organisation
    declared.append("{Subject} {Aspect}".format_map(scene.about.names))


def thanks(scene: Scene) -> None:
    """Two wrote as much and as well, and others thank one of them."""
    helpful = scene.expert()
    scene.write(helpful)
    scene.write(scene.person())
    for _ in range(EXPERT_TEXTS):
        scene.name(scene.person(), helpful, "thanking")


SCENARIOS: Mapping[str, Callable[[Scene], None]] = {
    "leaver": leaver,  # first: who leaves must not have had another part before
    "plain": plain,
    "decay": decay,
    "role": role,
    "answer": answer,
    "access": access,
    "steep": steep,
    "digest": digest,
    "profile": profile,
    "thanks": thanks,
}
"""By the class of topics that asks about it."""
