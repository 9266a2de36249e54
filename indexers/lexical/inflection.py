"""What the Snowball stemmers miss: French plurals and feminines, and two ways to spell English.

Each function takes a word in lower case, with its accents or without, and gives the spellings
whose stems are those of its kin. The first two letters never change.
"""

import re
import unicodedata


def _pairs(text: str) -> dict[str, str]:
    """Words and what they come from, the words also without their accents."""
    known = dict(pair.split(":") for pair in text.split())
    return known | {without_accents(word): origin for word, origin in known.items()}


def without_accents(word: str) -> str:
    """The base letters of a word, composed letters like œ left as they are."""
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


_FRENCH = _pairs(
    """
    travaux:travail baux:bail coraux:corail émaux:émail soupiraux:soupirail vitraux:vitrail
    vantaux:vantail maux:mal cieux:ciel aïeux:aïeul messieurs:monsieur
    matériaux:matériau fléaux:fléau préaux:préau étaux:étau joyaux:joyau noyaux:noyau
    tuyaux:tuyau boyaux:boyau
    jeux:jeu enjeux:enjeu lieux:lieu milieux:milieu feux:feu cheveux:cheveu vœux:vœu voeux:vœu
    neveux:neveu aveux:aveu adieux:adieu dieux:dieu essieux:essieu moyeux:moyeu
    publique:public publiques:public turque:turc turques:turc grecque:grec grecques:grec
    tous:tout tou:tout cheffe:chef cheffes:chef blanche:blanc blanches:blanc longue:long
    longues:long nouvelle:nouveau nouvelles:nouveau nouvel:nouveau vieille:vieux vieilles:vieux
    vieil:vieux belle:beau belles:beau bel:beau
    """
)
_FRENCH_ENDINGS = (
    (re.compile(r"(?<=i)eres?$"), "ère"),  # infirmiere
    (re.compile(r"(?<=\w\w)ees?$"), "ée"),  # chargee
    (re.compile(r"(?<=[dt])rices?$"), "eur"),  # directrice, ambassadrice
    (re.compile(r"(?<=[st]ion)n(?:er|e|es|ez|ent|é|ée|és|ées)$"), ""),  # démissionner
    (re.compile(r"(?:(?<=ll|ch|ng|rg|og)|(?<=[sn]ag))[eè]res?$"), "er"),  # conseillère
)
# fmt: off
_REWRITTEN = (
    "ere", "eres", "ère", "ères", "ee", "ees", "rice", "rices", "euse", "euses",
    "ionner", "ionne", "ionnes", "ionnez", "ionnent", "ionné", "ionnée", "ionnés", "ionnées",
)
# fmt: on
"""How the words end that the endings and agents are looked for in."""

_AGENT = re.compile(r"(?<=\w\w\w)(?<![iu])euses?$")

_ENGLISH = _pairs(
    """
    centre:center centres:center metre:meter metres:meter fibre:fiber fibres:fiber
    theatre:theater theatres:theater programme:program programmes:program catalogue:catalog
    catalogues:catalog licence:license licences:license defence:defense offence:offense
    """
)
_ENGLISH_ENDINGS = (
    (re.compile(r"(?<=\w\w\w[iy])z(?=(?:e[drs]?|ers|ing|able|ations?|ational)$)"), "s"),
    (re.compile(r"(?<=\w\w\w)our(?=(?:s|ed|ing|al|able|ful)?$)"), "or"),  # colour
)


def french(word: str) -> tuple[str, ...]:
    """A French word in the singular and the masculine, where the stemmer would not see to it."""
    if word in _FRENCH:
        return (_FRENCH[word],)
    # Most words end otherwise, and this is told a good deal faster than by the expressions.
    if not word.endswith(_REWRITTEN):
        return (word,)
    # The stem of a feminine in -euse is that of an adjective: dangereuse, but also développeuse.
    agent = _AGENT.search(word)
    regular = _respelt(word, _FRENCH_ENDINGS)
    return (regular, f"{word[: agent.start()]}eur") if agent else (regular,)


def english(word: str) -> tuple[str, ...]:
    """An English word in one of its spellings: organise for organize, color for colour."""
    if word in _ENGLISH:
        return (_ENGLISH[word],)
    return (_respelt(word, _ENGLISH_ENDINGS) if "z" in word or "our" in word else word,)


def _respelt(word: str, endings: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for ending, replacement in endings:
        word = ending.sub(replacement, word)
    return word
