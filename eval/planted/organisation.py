"""The planted organisation: its people and groups, and what they have written so far."""

from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from eval.planted.wording import LANGUAGES, Theme, Wording
from eval.planted.writing import About, Writer
from finder.domain import Language

TODAY = date(2025, 7, 1)
"""When the questions are asked."""
Days = tuple[int, int]
"""How many days ago, from and to."""

RECENT: Days = (10, 330)
"""When those who know wrote."""
EVER: Days = (10, 2200)
"""When everybody wrote about nothing."""
MORNING = time(8)
WORKING_MINUTES = 600
NEWSLETTERS = 24
GROUP_SIZE = 25
PRIVATE_EVERY = 4
"""Of the groups one in so many is private."""
ENGLISH_SHARE = 1 / 3

Fields = dict[str, object]
"""A record in the format of ``finder ingest``."""


class Organisation:
    """People who can be cast, and the records of what they do.

    Args:
        wording: Names and profiles.
        people: How many there are.
        random: Settles everything.
    """

    def __init__(self, wording: Wording, people: int, random: np.random.Generator) -> None:
        self._wording = wording
        self._random = random
        self.writer = Writer(wording, random)
        self.people = {f"p{number}": self._person(name) for number, name in self._names(people)}
        self.texts: list[Fields] = []
        self.newsworthy: list[Theme] = []
        self.groups = self._make_groups()
        order = [f"p{number}" for number in random.permutation(people).tolist()]
        self.insider, self.communicator, self.boaster, *self._pool = order
        self.private = [name for name, group in self.groups.items() if "private" in group.values()]
        for name in self.private:
            self.join(self.insider, name)

    def name(self, person: str) -> str:
        """What somebody is called."""
        return str(self.people[person]["name"])

    def cast(self) -> str:
        """Somebody for a part; they have another one only when everybody had one."""
        person = self._pool.pop(0)
        self._pool.append(person)
        return person

    def retire(self, person: str) -> None:
        """Somebody leaves, and is cast no more."""
        self.people[person]["active"] = False
        self._pool.remove(person)

    def join(self, person: str, group: str) -> None:
        """Somebody enters a group."""
        members = self.groups[group]["members"]
        assert isinstance(members, list)  # noqa: S101 - as made below
        if person not in members:
            members.append(person)

    def publish(
        self,
        kind: str,
        author: str,
        text: str,
        *,
        days: Days = RECENT,
        fields: Fields | None = None,
    ) -> str:
        """Somebody writes something.

        Args:
            kind: ``post`` or ``document``.
            author: Who.
            text: What.
            days: When.
            fields: What else its record says.

        Returns:
            Its id.
        """
        text_id = f"{kind}-{len(self.texts)}"
        record = {"type": kind, "id": text_id, "authors": [author], "text": text}
        self.texts.append(record | {"created_at": self._moment(days)} | (fields or {}))
        return text_id

    def talk(self, themes: list[Theme], *, posts: int) -> None:
        """Everybody writes about nothing, and half the time a little about something.

        One person sends newsletters that name what is newsworthy, and as much else.

        Args:
            themes: What they may know a little about.
            posts: How many posts each of them writes.
        """
        for number, person in enumerate(self.people):
            for _ in range(posts):
                self._chat(person, themes, group=f"g{number % len(self.groups)}")
        for _ in range(NEWSLETTERS):
            half = len(self.newsworthy) // 2
            named = [*self._some(self.newsworthy, half), *self._some(themes, half)]
            self.publish("post", self.communicator, self.writer.digest(self._language(), named))

    def records(self) -> list[Fields]:
        """All of it, in the order in which it can be read in."""
        people = [{"type": "person", "id": person} | who for person, who in self.people.items()]
        groups = [{"type": "group", "id": name} | what for name, what in self.groups.items()]
        return [*people, *groups, *self.texts]

    def _moment(self, days: Days) -> str:
        day = TODAY - timedelta(days=int(self._random.integers(*days, endpoint=True)))
        minute = timedelta(minutes=int(self._random.integers(WORKING_MINUTES)))
        return (datetime.combine(day, MORNING, UTC) + minute).isoformat()

    def _chat(self, person: str, themes: list[Theme], *, group: str) -> None:
        language = self._language()
        text = self.writer.chatter(language, sentences=2)
        if self._random.random() < 1 / 2:
            [theme] = self._some(themes, 1)
            about = About(theme=theme, language=language)
            opening = self.writer.sentence("openings", about)
            known = self.writer.knowing(about, sentences=2)
            text = f"{opening} {known} {text}"
        fields: Fields = {"group": group} if self._random.random() < 1 / 2 else {}
        self.publish("post", person, text, days=EVER, fields=fields)

    def _language(self) -> Language:
        return LANGUAGES[int(self._random.random() < ENGLISH_SHARE)]

    def _names(self, people: int) -> list[tuple[int, str]]:
        first, last = self._wording.names["first"], self._wording.names["last"]
        pairs = len(first) * len(last)
        order = self._random.permutation(pairs).tolist()
        names = []
        for number in range(people):
            given, family = divmod(order[number % pairs], len(last))
            # Once all names are taken, people have two family names.
            second = f"-{last[(family + number // pairs) % len(last)]}" if number >= pairs else ""
            names.append((number, f"{first[given]} {last[family]}{second}"))
        return names

    def _person(self, name: str) -> Fields:
        names = self._wording.names
        return {
            "name": name,
            "title": self._one(names["titles"]),
            "unit": self._one(names["units"]),
            "site": self._one(names["sites"]),
            "skills": [self._one(names["skills"])],
            "about": self._one(names["abouts"]),
        }

    def _make_groups(self) -> dict[str, Fields]:
        people = list(self.people)
        count = max(PRIVATE_EVERY, len(people) // GROUP_SIZE)
        return {
            f"g{number}": {
                "name": f"Cercle {number + 1}",
                "members": people[number::count],
                "visibility": "public" if number % PRIVATE_EVERY else "private",
            }
            for number in range(count)
        }

    def _some(self, themes: list[Theme], count: int) -> list[Theme]:
        drawn = self._random.choice(len(themes), count, replace=False)
        return [themes[place] for place in drawn.tolist()]

    def _one(self, options: tuple[str, ...]) -> str:
        return options[int(self._random.integers(len(options)))]
