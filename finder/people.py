"""From records to the people who know: weighted voting by what a query finds.

Each record that a query finds votes for the people associated with it:

    vote = (strength x order + presence) x role weight x share among co-authors x recency
    strength = (relevance / relevance of the best record) ^ steepness
    order = further ^ (number of larger votes for the same person)
    presence = a small share of relevance / relevance of the best record, larger for an answer

and a person's score is the sum of the votes. After Balog's model 2 and the voting models of
Macdonald & Ounis ("Voting for Candidates", CIKM 2006): the steep sum is their expCombSUM, the
presence their CombSUM. The one finds who has the best evidence, the other who has much.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from finder.corpus import ROLES, WRITTEN, Corpus, Floats, Ints, Mask, Readable
from finder.documents import RankedRecords
from finder.domain import Role
from finder.fusion import Part, on_grid
from finder.results import Standing

ROLE_WEIGHTS: Mapping[Role, float] = {
    Role.PROFILE: 0.2,  # what somebody says of themselves; what they wrote shows it
    Role.AUTHOR: 1.0,  # wrote it
    Role.EDITOR: 0.7,  # changed its substance
    Role.REVIEWER: 0.6,  # judged it
    Role.APPROVER: 0.4,  # answers for it, often without the detail
    Role.CONTRIBUTOR: 0.5,  # had a part in it, unnamed
    Role.MEMBER: 0.5,  # was in the team
    Role.COMMENTER: 0.3,  # had something to say
    Role.MENTIONED: 0.2,  # somebody thought of them
    Role.FORMER: 0.2,  # as a profile
    Role.ASKER: 0.2,  # was interested, and did not know
    Role.ANSWERER: 0.35,  # knew something, though nobody has said that it helped
    Role.SOLVER: 1.0,  # knew
    Role.THANKED: 0.5,  # helped
}


_AUTHOR, _COMMENTER, _ASKER, _ANSWERER, _SOLVER, _THANKED = (
    ROLES.index(role)
    for role in (
        *(Role.AUTHOR, Role.COMMENTER, Role.ASKER),
        *(Role.ANSWERER, Role.SOLVER, Role.THANKED),
    )
)

_PROFILES = [ROLES.index(role) for role in (Role.PROFILE, Role.FORMER)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voting:
    """The constants of the people ranking.

    Attributes:
        steepness: The power of relevance. One strong document beats several weak ones: at 3, one
            at 1.0 is worth two at 0.79 or eight at 0.5.
        depth: How many records vote; past it a vote is too small to see.
        half_life: Days after which a record's vote is halved, down to ``recency_floor``.
        recency_floor: What is left of an old record's vote: knowledge ages, and remains.
        share: The power of one over the number of co-authors, who divided the writing between
            them. Other roles are not divided: a member of a large team knows no less.
        further: What a person's next largest vote counts beside the one before it, but for
            presence: the tenth record says little that the first nine have not, and who writes
            about everything has a tenth on everything.
        presence: What a record's plain relevance counts, whatever else speaks for the person:
            who comes back to a subject time and again is likely to know it.
        answering: The same of an answer to somebody else, who asked: who answers time and again
            is likely to know the next answer.
        role_weights: The strength of each role as evidence.
        declared: That of a profile where documents and posts do not hold what is asked.
        telling: So many of them must hold it for a profile to count least: one or two may name
            it in passing.
    """

    steepness: float = 3.0
    depth: int = 400
    half_life: float = 1460.0
    recency_floor: float = 0.5
    share: float = 0.25
    further: float = 0.6
    presence: float = 0.03
    answering: float = 0.1
    role_weights: Mapping[Role, float] = field(default_factory=lambda: ROLE_WEIGHTS)
    declared: float = 0.7
    telling: int = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Votes:
    """Every vote, arrays of one shape; ``value`` is what the factors give, on the grid.

    Attributes:
        person: The voted-for person's number.
        position: The voting record's position in the ranking of records.
        role: Index into :data:`finder.corpus.ROLES`.
        strength: The record's relevance beside the best one's, to the power of steepness.
        weight: The role's weight.
        shared: The share among co-authors.
        recency: The factor of age.
        order: The factor for larger votes for the same person.
        presence: What the record's plain relevance counts.
        value: The vote.
    """

    person: Ints
    position: Ints
    role: Ints
    strength: Floats
    weight: Floats
    shared: Floats
    recency: Floats
    order: Floats
    presence: Floats
    value: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankedPeople:
    """People in falling order of score, with every vote; a score is the exact sum of its votes.

    Whoever is asked for by name comes before all others, and whoever has left after them.

    Attributes:
        people: Their numbers.
        scores: In the same order.
        named: Whether each is asked for by name.
        votes: Every vote.
    """

    people: Ints
    scores: Floats
    named: Mask
    votes: Votes

    def votes_for(self, person: int) -> Ints:
        """Positions of a person's votes, the largest first."""
        mine = np.flatnonzero(self.votes.person == person)
        return mine[np.argsort(-self.votes.value[mine], kind="stable")]


def rank_people(
    readable: Readable, ranked: RankedRecords, *, named: Ints, voting: Voting, today: float
) -> RankedPeople:
    """Let records vote for people.

    Args:
        readable: Where the associations are, and what the viewer may read.
        ranked: The records found, best first, all readable by the viewer.
        named: Rows of the profiles of those who are asked for by name.
        voting: The constants.
        today: Days since 1970.
    """
    votes = _vote(readable, ranked, voting, today)
    people, inverse = np.unique(votes.person, return_inverse=True)
    scores: Floats = np.bincount(inverse, weights=votes.value, minlength=len(people)).astype(
        np.float64
    )
    corpus = readable.corpus
    is_named = np.isin(people, corpus.association_person[corpus.associations_of(named)[0]])
    has_left = np.isin(people, readable.former)
    order = np.lexsort((corpus.person_order[people], -scores, has_left, ~is_named))
    order = order[scores[order] > 0.0]
    return RankedPeople(
        people=people[order], scores=scores[order], named=is_named[order], votes=votes
    )


def standing(readable: Readable, ranked: RankedPeople, person: int | None) -> Standing:
    """Where a person is among those who were ranked, and of how many records they are part.

    Args:
        readable: What they may read.
        ranked: The ranking.
        person: Their number, if anything names them.
    """
    corpus, scores = readable.corpus, ranked.scores.tolist()
    place = int(np.append(np.flatnonzero(ranked.people == person), len(scores))[0])
    held = (corpus.association_person == person) & readable.records[corpus.association_record]
    held &= ~np.isin(corpus.association_role, _PROFILES)
    return Standing(
        people=len(scores),
        first=scores[0] if scores else None,
        ahead=scores[place - 1] if place else None,
        records=len(np.unique(corpus.association_record[held])),
    )


def _vote(readable: Readable, ranked: RankedRecords, voting: Voting, today: float) -> Votes:
    corpus, records = readable.corpus, ranked.records[: voting.depth]
    rows, position, role = _voted_for(readable, records)
    weights = _role_weights(corpus, ranked, voting)
    beside_best, weight = _beside_best(ranked, voting)[position], weights[role]
    strength = beside_best**voting.steepness
    answers = _are_answers(readable, records, rows=rows, position=position, role=role)
    presence = np.where(answers, voting.answering, voting.presence) * beside_best
    written = corpus.association_role[rows] == _AUTHOR
    shared = np.where(written, corpus.association_sharers[rows] ** -voting.share, 1.0)
    recency = _recency(today - corpus.record_day[records], voting)[position]
    person = corpus.association_person[rows]
    counted = weight * shared * recency
    places = _places(person, strength * counted)
    order: Floats = np.power(voting.further, places, dtype=np.float64)
    return Votes(
        person=person,
        position=position,
        role=role,
        strength=strength,
        weight=weight,
        shared=shared,
        recency=recency,
        order=order,
        presence=presence,
        value=on_grid((strength * order + presence) * counted),
    )


def _role_weights(corpus: Corpus, ranked: RankedRecords, voting: Voting) -> Floats:
    """The weight of each role: a profile's is the larger, the less texts hold what is asked.

    Texts show what somebody knows, and where they do, a profile adds little. What no text holds
    is near in meaning to some, and what one holds may be an invitation to a talk: whoever declares
    that very thing is likelier to know it.
    """
    weights = np.array([voting.role_weights[role] for role in ROLES])
    words = ranked.relevance.parts.get(Part.WORDS)
    if words is None or not words.any():
        return weights
    written = words[WRITTEN[corpus.record_kind[ranked.records]]]
    told = np.sort(written)[-voting.telling] if len(written) >= voting.telling else 0.0
    lacking = 1.0 - told / words.max()
    least = weights[_PROFILES]
    weights[_PROFILES] = least + lacking * (voting.declared - least).clip(min=0.0)
    return weights


def _places(person: Ints, votes: Floats) -> Ints:
    """How many of the votes for the same person are larger than each, or equal and before it."""
    sorted_ = np.lexsort((-votes, person))
    _, starts, counts = np.unique(person[sorted_], return_index=True, return_counts=True)
    places = np.empty_like(sorted_)
    places[sorted_] = np.arange(len(sorted_)) - np.repeat(starts, counts)
    return places


def _voted_for(readable: Readable, records: Ints) -> tuple[Ints, Ints, Ints]:
    """Whom records vote for: rows of associations, positions in ``records``, and roles.

    A question votes for those who answered it more than for whoever asked; what others thank for
    votes for its authors twice, and a reply that only thanks is a comment.
    """
    corpus = readable.corpus
    rows, position = corpus.associations_of(records)
    role, person = corpus.association_role[rows], corpus.association_person
    replies = readable.replies_to(records)
    reply_rows, reply = corpus.associations_of(replies.rows)
    wrote = corpus.association_role[reply_rows] == _AUTHOR
    reply_rows, reply = reply_rows[wrote], reply[wrote]
    to, thanking = replies.to[reply], replies.thanks[reply]
    authors = role == _AUTHOR
    # Nobody answers themselves, or thanks themselves.
    own = _wrote(person[reply_rows], to, records, corpus)
    thanked = authors & np.isin(position, to[thanking & ~own])
    answers = ~thanking & (~own | replies.accepted[reply])
    asked = np.isin(position, replies.to[replies.accepted])
    return (
        np.concatenate([rows, reply_rows[answers], rows[thanked]]),
        np.concatenate([position, to[answers], position[thanked]]),
        np.concatenate(
            [
                np.select(
                    [authors & asked, authors & readable.thanking(records)[position]],
                    [_ASKER, _COMMENTER],
                    role,
                ),
                np.where(replies.accepted[reply[answers]], _SOLVER, _ANSWERER),
                np.full(np.count_nonzero(thanked), _THANKED),
            ]
        ),
    )


def _are_answers(
    readable: Readable, records: Ints, *, rows: Ints, position: Ints, role: Ints
) -> Mask:
    """Which votes are for somebody who answered somebody else, as far as the viewer may read."""
    corpus, answered = readable.corpus, readable.answered_by(records)
    own = _wrote(corpus.association_person[rows], position, answered, corpus)
    wrote = (answered >= 0)[position] & (role == _AUTHOR) & ~own
    answers: Mask = wrote | np.isin(role, [_ANSWERER, _SOLVER])
    return answers


def _wrote(person: Ints, position: Ints, records: Ints, corpus: Corpus) -> Mask:
    """Whether people are among the authors of the records at some positions in ``records``."""
    rows, held_by = corpus.associations_of(records)
    authors = corpus.association_role[rows] == _AUTHOR
    written = _pairs(held_by[authors], corpus.association_person[rows[authors]], corpus)
    wrote: Mask = np.isin(_pairs(position, person, corpus), written)
    return wrote


def _pairs(position: Ints, person: Ints, corpus: Corpus) -> Ints:
    """A number for each position with a person."""
    return position * len(corpus.person_order) + person


def _beside_best(ranked: RankedRecords, voting: Voting) -> Floats:
    total = ranked.relevance.total[: voting.depth]
    return total / total.max() if total.any() else total


def _recency(age: Floats, voting: Voting) -> Floats:
    """A record without a date is neither favoured nor punished: it counts as one half-life old."""
    days = np.where(np.isnan(age), voting.half_life, age).clip(min=0.0)
    return voting.recency_floor + (1.0 - voting.recency_floor) * 0.5 ** (days / voting.half_life)
