"""What Prometheus is told: requests by route, stages of an answer, passages."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from indexers.catalogue.progress import Progress

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper ends of the histograms' buckets: a repeated query takes some ms, a load seconds."""


class Metrics:
    """The metrics of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "finder_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "finder_http_request_seconds",
            "Time to answer a request.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._stage_seconds = Histogram(
            "finder_stage_seconds",
            "Time in each stage of an answer.",
            ("stage",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._passages = Gauge(
            "finder_passages", "Passages in the catalogue.", registry=self._registry
        )
        self._awaiting = Gauge(
            "finder_passages_awaiting_vectors",
            "Passages not yet found by meaning.",
            registry=self._registry,
        )
        self._queue = Gauge(
            "finder_queue_depth",
            "Records by how far they are: received, words, meaning, retrying, failed.",
            ("state",),
            registry=self._registry,
        )
        self._lag = Gauge(
            "finder_lag_seconds",
            "How long the record that has waited longest has waited to be findable.",
            registry=self._registry,
        )

    def observe_stage(self, stage: str, seconds: float) -> None:
        """Note how long a stage of an answer took; an ``Observer`` of the core."""
        self._stage_seconds.labels(stage).observe(seconds)

    def observe_request(self, method: str, route: str, *, status: int, seconds: float) -> None:
        """Note a request that was answered."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def exposition(self, *, passages: int, filling: Progress) -> bytes:
        """Everything, in the text format of Prometheus."""
        self._passages.set(passages)
        self._awaiting.set(filling.awaiting_vectors)
        self._lag.set(filling.lag_seconds)
        for state in ("received", "words", "meaning", "retrying", "failed"):
            self._queue.labels(state).set(getattr(filling, state))
        return generate_latest(self._registry)
