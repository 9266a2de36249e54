"""The components of the ranking, each of which can be taken out, and what that costs.

A component is added by naming what answers without it in `WITHOUT`, and by saying what it is in
the two pages that hold the table.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from api.assembly import Installation
from api.evaluation import fill_together, viewer_of
from api.progress import Progress
from api.settings import Settings
from eval.ablation import WHOLE, Ablation, Variation, ablate
from eval.collection import Collection
from finder.documents import Scoring
from finder.domain import Role
from finder.people import ROLE_WEIGHTS, Voting
from finder.query import Mode
from finder.retrieval import Depth
from indexers.lexical.known import no_words
from indexers.lexical.translation import Translator

Take = Callable[[Installation], Variation]
"""Takes a component out of an installation's ranking."""


def _by(mode: Mode, installation: Installation) -> Variation:
    return Variation(ranker=installation.finder, mode=mode)


def _as_typed(installation: Installation) -> Variation:
    return Variation(ranker=installation.finder, as_typed=True)


def _without_known(installation: Installation) -> Variation:
    words = installation.words_with(known=no_words)
    return Variation(ranker=installation.finder_with(words=words))


def _without_translation(installation: Installation) -> Variation:
    words = installation.words_with(translator=Translator([]))
    return Variation(ranker=installation.finder_with(words=words))


def _scoring(scoring: Scoring, installation: Installation) -> Variation:
    return Variation(ranker=installation.finder_with(scoring=scoring))


def _depth(depth: Depth, installation: Installation) -> Variation:
    return Variation(ranker=installation.finder_with(depth=depth))


def _voting(voting: Voting, installation: Installation) -> Variation:
    return Variation(ranker=installation.finder_with(voting=voting))


_VOTING = Voting()
_EQUAL_ROLES = dict.fromkeys(ROLE_WEIGHTS, 1.0)
_WITHOUT_ANSWERS = {
    **ROLE_WEIGHTS,
    Role.ASKER: ROLE_WEIGHTS[Role.AUTHOR],
    Role.ANSWERER: 0.0,
    Role.SOLVER: 0.0,
}

WITHOUT: Mapping[str, Take] = {
    "words": partial(_by, Mode.MEANING),
    "meaning": partial(_by, Mode.WORDS),
    "correction": _as_typed,
    "known": _without_known,
    "translation": _without_translation,
    "whole": partial(_depth, Depth(whole=0.0)),
    "bend": partial(_depth, Depth(near=1.0)),
    "brevity": partial(_depth, Depth(brevity=0.0)),
    "detail": partial(_depth, Depth(detail=0.0)),
    "interaction": partial(_depth, Depth(interaction=0.0)),
    "breadth": partial(_scoring, Scoring(breadth=0.0)),
    "neighbours": partial(_scoring, Scoring(neighbours=0.0)),
    "threads": partial(_scoring, Scoring(reply=0.0, accepted=0.0)),
    "preference": partial(_scoring, Scoring(preference=0.0)),
    "steepness": partial(_voting, replace(_VOTING, steepness=1.0)),
    "roles": partial(_voting, replace(_VOTING, role_weights=_EQUAL_ROLES)),
    "profiles": partial(
        _voting,
        replace(_VOTING, declared=0.0, role_weights={**ROLE_WEIGHTS, Role.PROFILE: 0.0}),
    ),
    "declared": partial(_voting, replace(_VOTING, declared=ROLE_WEIGHTS[Role.PROFILE])),
    "mentions": partial(
        _voting,
        replace(_VOTING, role_weights={**ROLE_WEIGHTS, Role.MENTIONED: 0.0, Role.THANKED: 0.0}),
    ),
    "shares": partial(_voting, replace(_VOTING, share=0.0)),
    "answers": partial(_voting, replace(_VOTING, role_weights=_WITHOUT_ANSWERS)),
    "further": partial(_voting, replace(_VOTING, further=1.0)),
    "presence": partial(_voting, replace(_VOTING, presence=0.0, answering=0.0)),
    "answering": partial(_voting, replace(_VOTING, answering=_VOTING.presence)),
    "recency": partial(_voting, replace(_VOTING, recency_floor=1.0)),
}
"""By component."""


def ablate_collections(
    collections: Sequence[Collection], settings: Settings, *, progress: Progress
) -> Iterator[Ablation]:
    """Take out each component in turn on every collection, which is encoded once only.

    Args:
        collections: What is asked and what should be found.
        settings: How Finder is configured; its data folder is left alone.
        progress: Shows how far each step is.
    """
    for collection, installation in fill_together(
        collections, settings, vectors=True, progress=progress
    ):
        variations = {WHOLE: _by(Mode.HYBRID, installation)}
        variations |= {name: take(installation) for name, take in WITHOUT.items()}
        label = f"{collection.name}: asking {len(variations)} variations"
        with progress(label, len(collection.topics), unit="topics") as advance:
            yield ablate(
                variations,
                collection,
                viewer_of(collection, installation),
                encode=installation.encoder.encode_query,
                progress=advance,
            )
