"""Routes that answer questions: where it is written, who knows, and why."""

from typing import Annotated

from fastapi import Path
from fastapi import Query as InQuery
from pydantic import BaseModel, ConfigDict, Field

from api.http.answers import (
    EXPERTS,
    SEARCH,
    Asked,
    explain_person,
    find_people,
    find_records,
)
from api.http.cursors import decode_cursor
from api.http.schemas import PeopleList, PersonExplanation, RecordList
from api.http.state import RequestId, ServedNow, api_router
from finder.query import Mode, Query, understand

router = api_router("asking")


class Question(BaseModel):
    """What is asked; a parameter that is not here is refused."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(description="Words, or a question.", examples=["facturation électronique"])
    mode: Mode = Field(default=Mode.HYBRID, description="Which evidence of relevance is used.")
    as_typed: bool = Field(
        default=False, description="Whether mistyped words are left as they are."
    )

    @property
    def query(self) -> Query:
        """As it is retrieved.

        Raises:
            QueryError: It is empty, or too long.
        """
        return understand(self.q, mode=self.mode, as_typed=self.as_typed)


class ListQuestion(Question):
    """What is asked, and which part of the answer is wanted."""

    limit: int = Field(default=10, ge=1, le=100, description="Items in this part of the list.")
    cursor: str | None = Field(default=None, description="``next`` of the part before.")

    def asked(self, *, route: str, request_id: str) -> Asked:
        """The same, for the core.

        Raises:
            QueryError: The question cannot be asked, or the cursor belongs to another.
        """
        query = self.query
        offset = decode_cursor(self.cursor, query, route=route)
        return Asked(query=query, offset=offset, limit=self.limit, request_id=request_id)


@router.get("/search", summary="Where is it written?")
def search(
    question: Annotated[ListQuestion, InQuery()], request_id: RequestId, served: ServedNow
) -> RecordList:
    """Documents and posts that the viewer may read, best first."""
    asked = question.asked(route=SEARCH, request_id=request_id)
    return find_records(served.installation, asked)


@router.get("/experts", summary="Who knows about this?")
def experts(
    question: Annotated[ListQuestion, InQuery()], request_id: RequestId, served: ServedNow
) -> PeopleList:
    """People, best first, each with the evidence that ranks them."""
    asked = question.asked(route=EXPERTS, request_id=request_id)
    return find_people(served.installation, asked)


@router.get("/experts/{person_id:path}/evidence", summary="Why this person?")
def evidence(
    person_id: Annotated[str, Path(examples=["maelle-le-goff"])],
    question: Annotated[Question, InQuery()],
    served: ServedNow,
) -> PersonExplanation:
    """One person's rank and score, with every record that counts, and when it is from.

    Of themselves, the viewer is told how they stand, even where nothing speaks for them.
    """
    return explain_person(served.installation, question.query, person_id)
