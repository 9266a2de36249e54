"""Words that look, repeat and break into tokens like those of French at work.

Function words come first, then common nouns, then made-up families: a prefix, a stem and an ending
give ``facture``, ``préfinancement`` or ``comontage``, and many words that no dictionary has. Their
frequency follows Zipf's laws: posting lists are as uneven as those of a real organisation, and
frequent words are short.
"""

# ruff: noqa: SIM905 - two hundred literals would be a page of quotation marks

from itertools import product

import numpy as np

from finder.corpus import Floats, Ints

EXPONENT = 1.1
"""Of Zipf's law: the word of rank r has a share of 1 / r ** EXPONENT."""

FUNCTION_WORDS: tuple[str, ...] = tuple(
    "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il "
    "sont avec ou son aux nous cette comme mais on sa ont ses être fait été aussi leur bien peut "
    "ces tout même entre sans après deux".split()
)
_COMMON_NOUNS = (
    "eau site jour plan mise date équipe projet service client réseau compte temps an cas point "
    "fin lieu base code mois texte droit état travail budget achat contrat outil page liste "
    "dossier risque délai offre besoin niveau objet usage coût prix zone type mode phase étape "
    "bilan accord note règle loi clé cadre rôle chef groupe membre agent poste métier école ville "
    "région pays route gare train pont rue port usine atelier machine pompe câble tube vanne gaz "
    "énergie air bois sol terre feu bruit santé vie main tête corps nom lettre chiffre taux somme "
    "part unité total nombre marché banque fonds caisse paie prime congé stage visite réunion "
    "question réponse avis choix idée but effet cause suite ordre sens forme taille poids volume "
    "ligne carte image écran clavier serveur logiciel fichier données accès lien mot mail message"
).split()
BREVITY_NOISE = 1.0
"""How many letters' worth of chance there is in a made-up word's rank; the rest is its length."""

_PREFIXES = ["", "re", "co", "pré", "sur", "inter", "télé", "auto", "multi", "sous", "dé", "micro"]
_STEMS = (
    "organis factur financ développ mesur contrôl transport install analys travers pilot modélis "
    "raccord partag planifi suppos vérifi optimis document assur command signal format mont livr "
    "gér construi prépar sécuris entret cotis dimension connect recrut évalu certifi calcul trait "
    "prélev négoci diffus recycl chauff isol turbin filtr maint numéris archiv audit stock "
    "référenc interven exploit"
).split()
_ENDINGS = (
    "e es ation ations ement ements eur eurs euse able ables er ée és ant age ages ateur atrice "
    "atif ative ance erie iste"
).split()


class Vocabulary:
    """Draws words.

    Args:
        random: Settles which made-up words are frequent.
    """

    def __init__(self, random: np.random.Generator) -> None:
        made_up = np.array(["".join(parts) for parts in product(_PREFIXES, _STEMS, _ENDINGS)])
        chance = random.normal(scale=BREVITY_NOISE, size=len(made_up))
        by_length = np.argsort(np.strings.str_len(made_up) + chance)
        self._words = np.array([*FUNCTION_WORDS, *_COMMON_NOUNS, *made_up[by_length]])
        ranks = np.arange(1, len(self._words) + 1)
        self._cumulative: Floats = np.cumsum(ranks**-EXPONENT)

    def __len__(self) -> int:
        return len(self._words)

    def draw(self, count: int, random: np.random.Generator) -> list[str]:
        """Words of a running text."""
        return self._drawn(random.uniform(0.0, self._cumulative[-1], count))

    def draw_content(self, count: int, random: np.random.Generator) -> list[str]:
        """Words that mean something: no function words."""
        start = self._cumulative[len(FUNCTION_WORDS) - 1]
        return self._drawn(random.uniform(start, self._cumulative[-1], count))

    def _drawn(self, points: Floats) -> list[str]:
        ranks: Ints = np.searchsorted(self._cumulative, points, side="right")
        words: list[str] = self._words[ranks].tolist()
        return words
