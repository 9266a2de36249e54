"""Annotation in a process beside: the same as here, and nothing is lost with that process."""

import os
from collections.abc import Iterator
from contextlib import closing
from threading import Event, Timer
from time import sleep

import psutil
import pytest
from detectors import PlaceDetector
from organisation import Given, Organisation

from finder.domain import Language, Passage, PersonId, Post
from indexers import annotating
from indexers.annotating import BatchAnnotator
from indexers.annotation import Annotator, Text
from indexers.outcomes import Status

ANNOTATOR = Annotator(detector=PlaceDetector(os.getpid()), default_language=Language.OTHER)
TEXTS = [
    Text(
        title=f"Congés {n}",
        passages=[Passage(text=f"les congés payés, note {n}" * 3)],
        language=None,
    )
    for n in range(400)
]


@pytest.fixture
def batches() -> Iterator[BatchAnnotator]:
    with closing(BatchAnnotator(ANNOTATOR)) as batches:
        yield batches


def languages(batches: BatchAnnotator, texts: list[Text]) -> set[Language]:
    return {each.language for each in batches.begin(texts)()}


def await_beside(batches: BatchAnnotator) -> None:
    """Until the process is there, texts are annotated here."""
    while languages(batches, TEXTS) == {Language.FRENCH}:
        sleep(0.05)


def beside() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [each for each in children if "indexers.annotating" in each.cmdline()]


def the_process() -> psutil.Process:
    (process,) = beside()
    return process


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="there is no second core")
class TestBeside:
    def test_texts_are_annotated_as_they_are_here(self, batches: BatchAnnotator) -> None:
        here = batches.begin(TEXTS)()
        await_beside(batches)

        there = batches.begin(TEXTS)()

        assert {each.language for each in there} == {Language.ENGLISH}
        assert [each.spellings for each in there] == [each.spellings for each in here]
        told = [Text(title=t.title, passages=t.passages, language=Language.FRENCH) for t in TEXTS]
        assert batches.begin(told)() == [ANNOTATOR.annotate(text) for text in told]

    def test_a_mistake_is_told_and_ends_nothing(self, batches: BatchAnnotator) -> None:
        await_beside(batches)
        nothing = Text(title="", passages=[Passage(text="nothing at all " * 5)], language=None)

        with pytest.raises(ZeroDivisionError, match="nothing at all"):
            batches.begin([*TEXTS, nothing])()

        assert languages(batches, TEXTS) == {Language.ENGLISH}

    def test_a_process_that_is_killed_is_missed_until_another_one_is_there(
        self, batches: BatchAnnotator
    ) -> None:
        await_beside(batches)
        the_process().suspend()
        waiting = batches.begin(TEXTS)

        the_process().kill()

        with pytest.raises((EOFError, OSError)):
            waiting()
        assert languages(batches, TEXTS) == {Language.FRENCH}
        await_beside(batches)

    def test_it_ends_when_there_is_nothing_to_do_for_a_while(
        self, batches: BatchAnnotator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await_beside(batches)
        process = the_process()
        batches.rest()
        assert process.is_running()

        monkeypatch.setattr(annotating, "_IDLE_SECONDS", 0.0)
        batches.rest()

        assert not process.is_running()
        assert languages(batches, TEXTS) == {Language.FRENCH}

    def test_it_ends_when_it_is_closed(self, batches: BatchAnnotator) -> None:
        await_beside(batches)
        process = the_process()

        batches.close()

        assert not process.is_running()

    def test_one_that_has_not_begun_to_start_is_closed_as_well(self) -> None:
        batches, gate = BatchAnnotator(ANNOTATOR), Event()
        batches._thread.submit(gate.wait)  # under load, its thread gets to nothing for a while
        assert languages(batches, TEXTS) == {Language.FRENCH}
        Timer(0.1, gate.set).start()

        batches.close()

        assert not beside()


def test_a_few_texts_start_no_process(batches: BatchAnnotator) -> None:
    before = psutil.Process().children()

    assert languages(batches, TEXTS[:50]) == {Language.FRENCH}
    assert psutil.Process().children() == before


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="there is no second core")
def test_a_fill_goes_on_where_the_process_beside_it_is_killed(organisation: Organisation) -> None:
    posts = tuple(
        Post(id=f"p{n}", text=f"la facture n{n} est à payer", authors=(PersonId("ana"),))
        for n in range(5_000)
    )
    killed = 0
    statuses = []
    for outcome in organisation.pipeline.ingest(Given(posts)):
        statuses.append(outcome.status)
        if len(statuses) % 1_000 == 0:
            for process in beside():
                process.kill()
                killed += 1
    assert statuses == [Status.INDEXED] * len(posts)
    assert killed
    assert organisation.found("n4321") == ["p4321"]
