"""Tells a text that thanks, or praises, from one that only mentions."""

import re
from typing import Final

from finder.folding import folded, folded_words

# "Merci de vérifier" asks for something, "merci d'avoir vérifié" thanks.
_THANKS: Final = re.compile(
    r"\b(?:merci(?! (?:bien )?d(?:e |.)(?!avoir|etre|votre|notre)\w+(?:er|ir|re)\b)"
    r"|remerci\w*|grace a|thanks?|thankful|grateful"
    r"|m.a (?:\w+ )?(?:aide|sauve|depanne|debloque)"
    r"|(?:helped|saved) (?:me|us)"
    r"|bravo|felicit(?:ations?|ons|er)|je (?:\w+ )?felicite"
    r"|bien joue|(?:super|beau|excellent) (?:travail|boulot)"
    r"|congrat\w*|kudos|well done|(?:great|nice|good|amazing|awesome|excellent) job"
    r"|(?:great|nice|amazing|awesome|excellent) work)\b"
)

_SHORT: Final = 60
"""Words; a longer reply that thanks says something of its own, or thanks in passing."""


def thanks(text: str) -> bool:
    """Whether a text thanks or praises somebody, in French or in English."""
    return _THANKS.search(folded(text)) is not None


def only_thanks(text: str) -> bool:
    """Whether a text thanks or praises somebody, and says little else."""
    return thanks(text) and len(folded_words(text)) <= _SHORT
