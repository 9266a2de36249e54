"""How good a run is, by the measures of ir-measures (https://ir-measur.es).

    AP        mean, over the relevant ids, of the precision at each one's rank (0 if not found)
    nDCG@10   sum of gain / log2(rank + 1) to rank 10, over that of the best order there is
    RR        1 / rank of the first relevant id
    P@1       1 where the first id is relevant, or else 0
    P@5       share of the first five that are relevant
    R@100     share of the relevant ids that are among the first hundred

An id is relevant where its gain is 1 or more.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from eval.collection import Qrels
from eval.run import Run, word_of

MEASURES = ("AP", "nDCG@10", "RR", "P@1", "P@5", "R@100")
"""The measures, as ir-measures and the literature write them."""

_NUMBERS = re.compile(r"(?:(?:^|-)\d+)+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A run's measures, by name.

    Attributes:
        mean: Over all judged topics.
        topics: For each judged topic.
    """

    mean: Mapping[str, float]
    topics: Mapping[str, Mapping[str, float]]


def measure(run: Run, qrels: Qrels) -> Measured:
    """Judge a run. A judged topic for which nothing relevant was found counts as zero.

    Ids are compared as a run holds them, so that one that was read is judged like one that was not.

    Args:
        run: Its rankings are as :func:`eval.run.ranking` makes them.
        qrels: The judgements, of at least one topic.
    """
    import ir_measures  # here, since it may bring pandas, which takes a second

    wanted = [ir_measures.parse_measure(name) for name in MEASURES]
    scores = {
        qid: {word_of(found_id): score for found_id, score in found}
        for qid, found in run.rankings.items()
    }
    judged = {
        qid: {word_of(judged_id): gain for judged_id, gain in gains.items()}
        for qid, gains in qrels.items()
    }
    topics: dict[str, dict[str, float]] = {qid: {} for qid in qrels}
    # Of each judged topic ir-measures gives each measure, 0 where the run lacks the topic.
    for metric in ir_measures.iter_calc(wanted, judged, scores):
        topics[metric.query_id][str(metric.measure)] = metric.value
    return _summed_up(topics)


def by_class(measured: Measured) -> dict[str, Measured]:
    """The same for each class of topics, in the order of their first topics.

    A topic's class is its id without the numbers at its end: ``decay`` for ``decay-07``, and for
    ``decay-07-2``; the empty text where there is nothing else.
    """
    classes: dict[str, dict[str, Mapping[str, float]]] = {}
    for qid, values in measured.topics.items():
        classes.setdefault(_NUMBERS.sub("", qid), {})[qid] = values
    return {name: _summed_up(topics) for name, topics in classes.items()}


def _summed_up(topics: Mapping[str, Mapping[str, float]]) -> Measured:
    mean = {name: fmean(values[name] for values in topics.values()) for name in MEASURES}
    return Measured(mean=mean, topics=topics)
