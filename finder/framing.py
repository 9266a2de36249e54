"""The words that only make a question of a query: ``qui peut m’aider sur``, ``who knows about``.

They say that somebody or something is asked for, not what about. By words they would find whoever
else asks.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from itertools import takewhile
from typing import Final, NamedTuple

from finder.folding import folded


class Intent(StrEnum):
    """What a question asks for."""

    PEOPLE = "people"
    DOCUMENTS = "documents"


class Frame(NamedTuple):
    """What is a question about its subject, and not the subject.

    Attributes:
        start: Where the subject starts in the query.
        end: Where it has ended.
        intent: What it asks for, where it says so.
    """

    start: int
    end: int
    intent: Intent | None


_GREETINGS = """
bonjour | bonjour a tous | bonjour a toutes | bonjour a toutes et tous | bonjour a tous et toutes
bonjour tout le monde | bonjour a tout le monde | bonsoir | salut | salut a tous | coucou
hello | hello all | hello everyone | hello everybody | hi | hi all | hi everyone | hi there | hey
good morning | dear all | dear colleagues | chers collegues
"""
"""How a query starts, for courtesy."""

_COURTESIES = """
merci | merci d avance | merci beaucoup | merci de votre aide | merci pour votre aide
svp | s il vous plait | s il te plait | chez nous
please | thanks | many thanks | thank you | thanks in advance | thank you in advance
"""
"""How a query ends, for courtesy or because it goes without saying."""

_WHO = """
qui | a qui | aupres de qui | quelqu un | quelle personne | quel collegue | quelle collegue
qui est en charge | qui sont les personnes | connaissez vous | connais tu
qui a de l experience | qui a une experience | qui a l habitude
vous connaissez quelqu un | tu connais quelqu un | savez vous qui | sais tu qui
personne qui | personnes qui | une personne qui | des personnes qui | les personnes qui
collegue qui | un collegue qui | une collegue qui | collegues qui | des collegues qui
expert en | un expert en | experte en | une experte en | experts en | des experts en
les experts en | les meilleurs experts | le meilleur expert | la meilleure personne
la bonne personne | liste des experts | la liste des experts | contact pour | un contact pour
cherche quelqu un | cherche expert | cherche un expert | cherche une personne
cherche un collegue | recherche quelqu un | recherche expert | recherche un expert
recherche une personne | recherche un collegue | trouver quelqu un | trouver un expert
trouver une personne | trouver un collegue | donne moi le nom | donnez moi le nom
besoin de quelqu un | besoin d un expert
who | whom | anyone | anybody | someone | somebody | which person | which colleague
who can help | who could help | who is in charge | who works | who uses | who has experience
who is working | who do i ask | who can i ask | who do i contact | who should i contact
who can i talk | who should i ask | do you know who | do you know anyone
does anyone | does anybody | has anyone | has anybody
does anyone have experience | is there anyone who can help | can anyone help
people who | a person who | a colleague who | experts on | experts in | expert on | expert in
an expert on | an expert in | any expert on | any expert in | any experts on | any experts in
list of experts | the best person | best person | point of contact for | contact for
experience with | find someone | find somebody | find an expert | find experts | find a person
find a colleague | find people who | need someone | need an expert | need somebody
"""
"""How a question for somebody opens; of all openings that fit, the longest does."""

_WHAT = """
comment | ou trouver | ou puis je | ou se trouve | ou sont | ou est
quel est | quelle est | quels sont | quelles sont | peut on | puis je | dois je | faut il
c est quoi | qu est ce que | qu est ce qu | explique moi | expliquez moi | que dit | que disent
info sur | infos sur | des infos sur | information sur | informations sur | des informations sur
renseignement sur | renseignements sur | des renseignements sur | tout savoir sur
en savoir plus sur | document sur | documents sur | un document sur | des documents sur
documentation sur | article sur | articles sur | un article sur | des articles sur
est il possible | est ce que je peux | est ce qu on peut | a t on le droit | ai je le droit
how do | how does | how can | how to | how should | where can | where do | where is | where are
what is | what are | what s | can i | can we | should i | is it possible | tell me about
info on | info about | information on | information about | details about | details on
document on | document about | documents on | documents about | documentation on
documentation about | article on | article about | articles on | articles about
anything on | anything about
"""
"""How a question opens whose answer is written somewhere."""

_EITHER = """
y a t il | est ce que | est ce qu il y a | avons nous | avez vous | existe t il
je veux | je dois | je voulais | donne moi | donnez moi | montre moi | trouve moi
je cherche | je recherche | nous cherchons | nous recherchons | on cherche | on recherche
je voudrais | j aimerais | je souhaite | je souhaiterais | j ai besoin | nous avons besoin
j ai besoin d aide | nous avons besoin d aide | j ai besoin d une aide
besoin d aide | besoin d une aide | aide sur | il me faut | il nous faut
question sur | une question sur | j ai une question | nous avons une question
pouvez vous | peux tu | pourriez vous | pourrais tu
is there | are there | do we have | give me | show me | find me | i want
i am looking | i m looking | we are looking | we re looking | looking for | i need | we need
i need help | we need help | need help | help with | i would like | i d like
question about | a question about | i have a question | we have a question
can you | could you | can you help | could you help
"""

_SOMEBODY = """
qui quelqu personne collegue collegues expert experte experts
specialiste specialistes referent referente responsable
who whom someone somebody anyone anybody person colleague expert experts specialist specialists
"""
"""Words that ask for somebody wherever they stand before the subject."""

_GO_ON = """
qui que qu quoi dont en y a au aux de d du des le la l les un une sur pour dans avec par et ou je
j nous on vous il elle ils elles me m te t tu se s moi ca cela est sont etre serait suis notre nos
peut peuvent pourrait puis peux pouvez avez sait savent saurait sais savoir connait connaissent
connaitre maitrise maitrisent parle parlent occupe occupent gere gerent travaille travaillent ont
aider expliquer dire renseigner repondre conseiller parler adresser demander contacter trouver
faire deja bien personne quelqu collegue collegues expert experte experts specialiste specialistes
referent referente competent competente propos concernant responsable
who whom that which the a an of for on about in with to at by and or from i we you us me my our is
are be been can could would should do does did has have had ask worked working know knows knowing
speak speaks handle handles manages deals someone somebody anyone anybody person colleague expert
experts specialist specialists expertise find explain tell there responsible
"""
"""What may follow, before the subject comes: no word that is often a subject itself."""

_WHO_BEHIND = """
qui contacter | qui appeler | qui sait | a qui m adresser | a qui s adresser | a qui demander
qui peut m aider | qui peut nous aider | qui pourrait m aider | qui pourrait nous aider
who can help | who could help | who to ask | who to contact | who should i ask
who should i contact | who can i ask | anyone
"""
"""How a question for somebody ends whose subject comes first."""

_WHAT_BEHIND = """
que faire | quoi faire | comment faire | comment ca marche | c est quoi
what to do | what should i do | how does it work
"""
"""How a question ends whose answer is written somewhere, and whose subject comes first."""


_Phrases = Mapping[tuple[str, ...], Intent | None]


def _phrases(*listed: tuple[str, Intent | None]) -> _Phrases:
    """Phrases in plain words, with what they ask for."""
    return {
        tuple(phrase.split()): intent
        for text, intent in listed
        for phrase in re.split(r"[|\n]", text.strip())
    }


_HELLO = _phrases((_GREETINGS, None))
_THANKS = _phrases((_COURTESIES, None))
_OPENINGS = _phrases((_WHO, Intent.PEOPLE), (_WHAT, Intent.DOCUMENTS), (_EITHER, None))
_ENDINGS = _phrases((_WHO_BEHIND, Intent.PEOPLE), (_WHAT_BEHIND, Intent.DOCUMENTS))
_LONGEST: Final = max(map(len, [*_HELLO, *_THANKS, *_OPENINGS, *_ENDINGS]))
_FRAME = frozenset(_GO_ON.split())
_PEOPLE = frozenset(_SOMEBODY.split())
_MARKS: Final = " ?!,:;…–—"
"""What ends a question, or stands before what does, and is no part of the subject."""

_WORD = re.compile(r"(?:(?<!\S)\.)?\w+")  # a subject may be ``.NET``


def without_courtesy(text: str) -> str:
    """A query without its greeting and thanks, if it is anything else."""
    found = list(_WORD.finditer(text))
    plain = tuple(folded(word[0]) for word in found)
    first, last = len(_longest(plain, _HELLO)), len(plain)
    if first and text[found[first - 1].end() :].startswith("-"):  # ``hi-fi``
        first = 0
    while thanks := _longest(plain[first:last], _THANKS, at_end=True):
        last -= len(thanks)
    if first == last:
        return text
    start = found[first].start() if first else 0
    end = found[last].start() if last < len(found) else len(text)
    return text[start:end].rstrip(" ,;-–")


def frame_of(text: str) -> Frame:
    """What of a query only makes a question of it, before the subject and after it.

    A query that is nothing else has no frame: ``qui`` may be what is looked for.
    """
    found = list(_WORD.finditer(text))
    plain = tuple(folded(word[0]) for word in found)
    ending = _longest(plain, _ENDINGS, at_end=True)
    last = len(plain) - len(ending)
    first, asked = _opened(plain[:last])
    if first == last:
        return Frame(0, len(text), None)
    start = found[first].start() if first else 0
    end = found[last].start() if ending else len(text)
    return Frame(start, len(text[:end].rstrip(_MARKS)), asked or _ENDINGS.get(ending))


def _opened(plain: tuple[str, ...]) -> tuple[int, Intent | None]:
    """How many words open a question, one opening after another, and what it asks for."""
    first, asked = 0, None
    while opening := _longest(plain[first:], _OPENINGS):
        first += len(opening)
        asked = asked or _OPENINGS[opening]
        more = [*takewhile(_FRAME.__contains__, plain[first:])]
        first += len(more)
        if not _PEOPLE.isdisjoint(more):
            asked = Intent.PEOPLE
    return first, asked


def _longest(plain: tuple[str, ...], phrases: _Phrases, *, at_end: bool = False) -> tuple[str, ...]:
    """The longest of some phrases that words start with, or end with; empty if there is none."""
    lengths = range(min(_LONGEST, len(plain)), 0, -1)
    parts = (plain[-length:] if at_end else plain[:length] for length in lengths)
    return next((part for part in parts if part in phrases), ())
