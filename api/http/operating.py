"""What the HTTP API answers to whoever fills Finder and keeps it running: the JSON they rely on."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from finder.domain import Kind
from indexers.outcomes import Status


class LineStatus(BaseModel):
    """What became of a line that was sent."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"line": 1, "status": "indexed", "type": "post", "id": "p1"},
                {"line": 2, "status": "refused", "field": "type", "reason": "is required"},
            ]
        }
    )

    line: int | None = Field(default=None, ge=1)
    status: Status
    type: Kind | None = None
    id: str | None = None
    field: str | None = None
    reason: str | None = None


class FillingStatus(BaseModel):
    """How far filling is. Counts are of records, unless they say otherwise."""

    received: int = Field(description="On disk, awaiting their turn.")
    words: int = Field(description="Findable by words.")
    meaning: int = Field(description="Findable by meaning too.")
    awaiting_vectors: int = Field(description="Passages not yet found by meaning.")
    failed: int = Field(description="Failed, and not tried again by themselves.")
    retrying: int = Field(description="Failed, and tried again later.")
    refused: int = Field(description="Lines and files that are no records.")
    skipped: int = Field(description="Files that were never meant to go in.")
    records_per_second: float
    passages_per_second: float = Field(description="Encoded.")
    lag_seconds: float = Field(description="How long the oldest of those received has waited.")
    eta_seconds: float | None = Field(
        description="Until everything is found by meaning; null where nothing moves."
    )
    paused: bool
    worker: str | None = Field(description="Who works on the queue.")


class Readiness(BaseModel):
    """Whether questions are answered.

    ``degraded``: words answer, and meaning does not, or not for everything, yet.
    """

    status: Literal["ready", "degraded", "down"]
    encoder: Literal["ready", "loading", "failed"]
    awaiting_vectors: int | None = Field(description="Passages not yet found by meaning.")
    reason: str | None = Field(description="What is wrong, and what mends it.")


class Liveness(BaseModel):
    """The process answers."""

    status: Literal["live"] = "live"
