"""Whatever comes in whatever order, what is found is what a dictionary says was put."""

import shutil
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from organisation import Given, Organisation

from finder.domain import Deletion, Kind, PersonId, Post, RecordKey
from finder.query import Mode, understand
from indexers.catalogue.queue import Priority
from indexers.dense.making import remake_vectors
from indexers.lexical.making import remake_words
from indexers.mending import differences, mend
from indexers.outcomes import Status
from indexers.parsing import ParserPool
from indexers.receiving import Delivery
from models.hashing import HashingEncoder

WORDS = ("facture", "drone", "tableau", "hydrologie")
IDS = st.sampled_from("abcdef")
TEXTS = st.sampled_from(WORDS)


def post(id_: str, word: str) -> Post:
    return Post(id=id_, text=f"Voici {word}.", authors=(PersonId("amy"),), language="fr")


class Filling(RuleBasedStateMachine):
    """Posts of one word each."""

    parsers: ParserPool

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="finder-stateful-"))
        self.expected: dict[str, str] = {}
        self.stops = 0

    @initialize()
    def start(self) -> None:
        self.organisation = Organisation(
            self.folder, self.parsers, encoder=HashingEncoder(dimension=32)
        )

    def teardown(self) -> None:
        self.organisation.close()
        shutil.rmtree(self.folder)

    @rule(posts=st.dictionaries(IDS, TEXTS, min_size=1))
    def put(self, posts: dict[str, str]) -> None:
        told = self.organisation.take(*(post(*each) for each in posts.items()))
        assert {outcome.key.id: outcome.status for outcome in told if outcome.key} == {
            id_: Status.UNCHANGED if self.expected.get(id_) == word else Status.INDEXED
            for id_, word in posts.items()
        }
        self.expected |= posts

    @rule(ids=st.sets(IDS, min_size=1))
    def delete(self, ids: set[str]) -> None:
        self.organisation.take(*(Deletion(target=RecordKey(Kind.POST, id_)) for id_ in ids))
        for id_ in ids:
            self.expected.pop(id_, None)

    @rule(id_=IDS, first=TEXTS, second=TEXTS)
    def put_delete_and_put(self, id_: str, first: str, second: str) -> None:
        gone = Deletion(target=RecordKey(Kind.POST, id_))
        self.organisation.take(post(id_, first), gone, post(id_, second))
        self.expected[id_] = second

    @rule(posts=st.dictionaries(IDS, TEXTS, min_size=1))
    def receive_and_stop(self, posts: dict[str, str]) -> None:
        """What was received when the process stopped is worked on by the next one."""
        delivery = Delivery(self.organisation.database, priority=Priority.BACKFILL)
        for _ in delivery.receive(Given(tuple(post(*each) for each in posts.items()))):
            pass
        self.restart()
        self.stops += 1
        later = f"later{self.stops}"
        self.organisation.take(post(later, "tableau"))  # its turn comes after theirs
        self.expected |= posts | {later: "tableau"}

    @rule()
    def restart(self) -> None:
        self.organisation.close()
        self.start()
        mend(self.organisation.database)

    @rule()
    def rebuild_words(self) -> None:
        remake_words(self.organisation.database)

    @rule()
    def rebuild_meaning(self) -> None:
        remake_vectors(self.organisation.database, self.organisation.encoder)

    @invariant()
    def everything_is_found_and_nothing_else(self) -> None:
        for word in WORDS:
            holding = {id_ for id_, held in self.expected.items() if held == word}
            assert set(self.organisation.found(word)) == holding
        # A list would fold those of one word, as versions of one text.
        asked = understand("facture", mode=Mode.MEANING), self.organisation.viewer()
        by_meaning = {id_ for id_, _ in self.organisation.finder.ranked_records(*asked)}
        assert by_meaning == set(self.expected)
        assert differences(self.organisation.database) == []


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_what_is_found_is_what_was_put(parsers: ParserPool) -> None:
    Filling.parsers = parsers
    run_state_machine_as_test(
        Filling,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
