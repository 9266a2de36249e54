"""The words that only make a question of a query: ``qui peut m’aider sur``, ``who knows about``.

They say that somebody or something is asked for, not what about. By words they would find whoever
else asks.
"""

import re
from enum import StrEnum
from itertools import takewhile
from typing import NamedTuple

from finder.folding import folded


class Intent(StrEnum):
    """What a question asks for."""

    PEOPLE = "people"
    DOCUMENTS = "documents"


class Frame(NamedTuple):
    """What is a question about its subject, and not the subject.

    Attributes:
        length: How many characters at the start of the query it takes.
        intent: What it asks for, where it says so.
    """

    length: int
    intent: Intent | None


_WHO = """
qui | a qui | aupres de qui | quelqu un | quelle personne | quel collegue | quelle collegue
qui est en charge | qui sont les personnes | connaissez vous
who | whom | anyone | anybody | someone | somebody | which person | which colleague
who can help | who could help | who is in charge | who works | who uses | who has experience
who is working | who do i ask | who can i ask | who do i contact | who should i contact
who can i talk | who should i ask
does anyone | does anybody | has anyone | has anybody
does anyone have experience | is there anyone who can help | can anyone help
"""
"""How a question for somebody opens; of all openings that fit, the longest does."""

_WHAT = """
comment | ou trouver | ou puis je | ou se trouve | ou sont | ou est
quel est | quelle est | quels sont | quelles sont | peut on | puis je | dois je | faut il
how do | how does | how can | how to | how should | where can | where do | where is | where are
what is | what are | what s | can i | can we | should i
"""
"""How a question opens whose answer is written somewhere."""

_EITHER = """
y a t il | est ce que | est ce qu il y a | avons nous | avez vous | bonjour
je cherche | je recherche | nous cherchons | nous recherchons | on cherche | on recherche
je voudrais | j aimerais | je souhaite | je souhaiterais | j ai besoin | nous avons besoin
j ai besoin d aide | nous avons besoin d aide | j ai besoin d une aide
pouvez vous | peux tu | pourriez vous
is there | are there | do we have
i am looking | i m looking | we are looking | we re looking | looking for | i need | we need
i need help | we need help | i would like | i d like
can you | could you | can you help | could you help | hello
"""

_SOMEBODY = """
qui quelqu personne collegue collegues expert experte experts
specialiste specialistes referent referente responsable
who whom someone somebody anyone anybody person colleague expert experts specialist specialists
"""
"""Words that ask for somebody wherever they stand before the subject."""

_GO_ON = """
qui que qu quoi dont en y a au aux de d du des le la l les un une sur pour dans avec par et ou
je j nous on vous il elle ils elles me m te t se s moi ca cela est sont etre serait suis
peut peuvent pourrait puis peux pouvez sait savent saurait sais savoir connait connaissent
connaitre maitrise maitrisent parle parlent occupe occupent gere gerent travaille travaillent
aider expliquer dire renseigner repondre conseiller parler adresser demander contacter trouver
faire deja bien personne quelqu un collegue collegues expert experte experts
specialiste specialistes referent referente competent competente propos concernant responsable
who whom that which the a an of for on about in with to at by and or from
i we you me us my our is are be been can could would should do does did has have had
know knows knowing speak speaks handle handles manages deals someone somebody anyone anybody
person colleague expert experts specialist specialists expertise find explain tell there responsible
"""
"""What may follow, before the subject comes: no word that is often a subject itself."""


def _openings(listed: str, intent: Intent | None) -> list[tuple[list[str], Intent | None]]:
    return [(words, intent) for words in map(str.split, re.split(r"[|\n]", listed)) if words]


_OPENINGS = sorted(
    [
        *_openings(_WHO, Intent.PEOPLE),
        *_openings(_WHAT, Intent.DOCUMENTS),
        *_openings(_EITHER, None),
    ],
    key=lambda opening: -len(opening[0]),
)
_FRAME = frozenset(_GO_ON.split())
_PEOPLE = frozenset(_SOMEBODY.split())
_WORD = re.compile(r"\w+")


def frame_of(text: str) -> Frame:
    """The start of a query that only makes a question of it.

    A query that is nothing else has no frame: ``qui`` may be what is looked for.
    """
    found = list(_WORD.finditer(text))
    plain = [folded(word[0]) for word in found]
    fitting = ((o, intent) for o, intent in _OPENINGS if plain[: len(o)] == o)
    opening, intent = next(fitting, ([], None))
    more = list(takewhile(_FRAME.__contains__, plain[len(opening) :])) if opening else []
    first = len(opening) + len(more)
    if not opening or first == len(found):
        return Frame(0, None)
    return Frame(found[first].start(), intent if _PEOPLE.isdisjoint(more) else Intent.PEOPLE)
