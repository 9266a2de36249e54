"""How good a run is, by the measures of ir-measures (https://ir-measur.es).

    AP        mean, over the relevant ids, of the precision at each one's rank (0 if not found)
    nDCG@10   sum of gain / log2(rank + 1) to rank 10, over that of the best order there is
    RR        1 / rank of the first relevant id
    P@5       share of the first five that are relevant
    R@100     share of the relevant ids that are among the first hundred

An id is relevant where its gain is 1 or more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from eval.collection import Qrels
from eval.run import Run

MEASURES = ("AP", "nDCG@10", "RR", "P@5", "R@100")
"""The measures, as ir-measures and the literature write them."""


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

    Args:
        run: Its rankings are as :func:`eval.run.ranking` makes them.
        qrels: The judgements, of at least one topic.
    """
    import ir_measures  # here, since it may bring pandas, which takes a second

    wanted = [ir_measures.parse_measure(name) for name in MEASURES]
    scores = {qid: dict(found) for qid, found in run.rankings.items()}
    judged = {qid: dict(gains) for qid, gains in qrels.items()}
    topics: dict[str, dict[str, float]] = {qid: {} for qid in qrels}
    # Of each judged topic ir-measures gives each measure, 0 where the run lacks the topic.
    for metric in ir_measures.iter_calc(wanted, judged, scores):
        topics[metric.query_id][str(metric.measure)] = metric.value
    mean = {name: fmean(values[name] for values in topics.values()) for name in MEASURES}
    return Measured(mean=mean, topics=topics)
