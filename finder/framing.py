"""The words that only make a question of a query: ``qui peut m’aider sur``, ``who knows about``.

They say that somebody is asked for, not what about. By words they would find whoever else asks.
"""

import re
from itertools import takewhile

from finder.folding import folded

_OPENERS = """
qui | a qui | aupres de qui | quelqu un | quelle personne | quel collegue | quelle collegue
qui est en charge | qui sont les personnes
y a t il | est ce que | est ce qu il y a | avons nous | avez vous | connaissez vous | bonjour
je cherche | je recherche | nous cherchons | nous recherchons | on cherche | on recherche
je voudrais | j aimerais | je souhaite | je souhaiterais | j ai besoin | nous avons besoin
j ai besoin d aide | nous avons besoin d aide | j ai besoin d une aide
pouvez vous | peux tu | pourriez vous | peut on | puis je | dois je | faut il
comment | ou trouver | ou puis je | ou se trouve | ou sont | ou est
quel est | quelle est | quels sont | quelles sont
who | whom | anyone | anybody | someone | somebody | which person | which colleague
who can help | who could help | who is in charge | who works | who uses | who has experience
who is working | who do i ask | who can i ask | who do i contact | who should i contact
who can i talk | who should i ask
is there | are there | does anyone | does anybody | do we have | has anyone | has anybody
does anyone have experience | is there anyone who can help | can anyone help
i am looking | i m looking | we are looking | we re looking | looking for | i need | we need
i need help | we need help | i would like | i d like
can you | could you | can you help | could you help | can i | can we | should i | hello
how do | how does | how can | how to | how should | where can | where do | where is | where are
what is | what are | what s
"""
"""How a question opens; of those that fit, the longest does."""

_GO_ON = """
qui que qu quoi dont en y a au aux de d du des le la l les un une sur pour dans avec par et ou
je j nous on vous il elle ils elles me m te t se s moi ca cela est sont etre serait suis
peut peuvent pourrait puis peux pouvez sait savent saurait sais savoir connait connaissent
connaitre maitrise maitrisent occupe occupent gere gerent travaille travaillent
aider expliquer dire renseigner repondre conseiller parler adresser demander contacter trouver
faire deja bien personne quelqu un collegue collegues expert experte experts
specialiste specialistes referent referente competent competente propos concernant responsable
who whom that which the a an of for on about in with to at by and or from
i we you me us my our is are be been can could would should do does did has have had
know knows knowing handle handles manages deals someone somebody anyone anybody person colleague
expert experts specialist specialists expertise find explain tell there responsible
"""
"""What may follow, before the subject comes: no word that is often a subject itself."""


def _by_words(listed: str) -> list[list[str]]:
    openers = re.split(r"[|\n]", listed)
    return sorted((words for words in map(str.split, openers) if words), key=len, reverse=True)


_OPENINGS = _by_words(_OPENERS)
_FRAME = frozenset(_GO_ON.split())
_WORD = re.compile(r"\w+")


def frame_length(text: str) -> int:
    """How many characters at the start of a query only make a question of it.

    A query that is nothing else has no frame: ``qui`` may be what is looked for.
    """
    found = list(_WORD.finditer(text))
    plain = [folded(word[0]) for word in found]
    opening = next((each for each in _OPENINGS if plain[: len(each)] == each), None)
    if opening is None:
        return 0
    more = takewhile(_FRAME.__contains__, plain[len(opening) :])
    first = len(opening) + sum(1 for _ in more)
    return found[first].start() if first < len(found) else 0
