"""Tells a text that thanks from one that only mentions."""

import re
from typing import Final

from finder.folding import folded

# "Merci de vérifier" asks for something, "merci d'avoir vérifié" thanks.
_THANKS: Final = re.compile(
    r"\b(?:merci(?! (?:bien )?d(?:e |.)(?!avoir|etre|votre|notre)\w+(?:er|ir|re)\b)"
    r"|remerci\w*|grace a|thanks?|thankful|grateful"
    r"|m.a (?:\w+ )?(?:aide|sauve|depanne|debloque)"
    r"|(?:helped|saved) (?:me|us))\b"
)


def thanks(text: str) -> bool:
    """Whether a text thanks somebody, in French or in English."""
    return _THANKS.search(folded(text)) is not None
