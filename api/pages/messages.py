"""What the page says, in each of its languages."""

from collections.abc import Mapping
from typing import Literal, get_args

Lang = Literal["fr", "en"]

LANGUAGES: tuple[Lang, ...] = get_args(Lang)

FRENCH: Mapping[str, str] = {
    "name": "Français",
    "tagline": "Qui s’y connaît ? Où est-ce écrit ?",
    "skip": "Aller aux résultats",
    "search_label": "Votre question",
    "search_placeholder": "Quelques mots, ou une question",
    "search": "Chercher",
    "loading": "Recherche en cours…",
    "shortcut": "Appuyez sur / pour revenir à la question.",
    "tabs": "Type de résultats",
    "tab_people": "Personnes",
    "tab_documents": "Documents",
    "languages": "Langue de la page",
    "anonymous": "Sans identité configurée : vous êtes un membre local, "
    "et voyez ce que tout membre peut lire.",
    "viewer": "Sans identité configurée : vous êtes un membre local, et voyez ce que {name} "
    "peut lire.",
    "home_people": "les collègues qui savent, avec ce qui le montre : leurs messages, "
    "leurs documents, leur profil.",
    "home_documents": "les documents et les messages qui répondent, avec le passage utile.",
    "narrow": "Pour préciser",
    "home_narrow": '"mots exacts", +mot, -mot, auteur:, groupe:, type:message, unité:, site:, '
    "langue:en, avant:2026, après:2026-03",
    "people_one": "1 personne",
    "people_many": "{count} personnes",
    "documents_one": "1 résultat",
    "documents_many": "{count} résultats",
    "at_least": "au moins {counted}",
    "took": "{seconds} s",
    "empty_title": "Rien à ce sujet parmi ce que vous pouvez lire.",
    "empty_hint": "Essayez d’autres mots, moins de mots, ou l’autre onglet.",
    "words_only": "Réponse par les mots seuls : le modèle qui compare les sens n’est pas "
    "disponible. Reposez la question dans quelques secondes pour une réponse plus large.",
    "corrected": "Résultats pour «\u00a0{corrected}\u00a0».",
    "as_typed": "Chercher plutôt «\u00a0{original}\u00a0»",
    "unmatched": "Rien de ce qui a été cherché ne contient {words} : voici ce qui s’en approche.",
    "quoted": "«\u00a0{word}\u00a0»",
    "error_title": "La recherche n’a pas abouti.",
    "error_query": "La question est vide ou trop longue : gardez les mots qui comptent.",
    "error_part": "«\u00a0{part}\u00a0» n’est pas compris, ou se trouve presque partout. Une date "
    "s’écrit 2026, 2026-03 ou 2026-03-15 ; un type est document, message, personne ou groupe ; une "
    "langue est fr ou en.",
    "error_other": "Réessayez dans un instant. Si cela dure, transmettez ceci à la personne qui "
    "gère Finder :",
    "previous": "Précédents",
    "next": "Suivants",
    "pages": "Pages de résultats",
    "page": "p. {page}",
    "left": "A quitté l’organisation",
    "named": "C’est le nom demandé",
    "all_evidence": "Tout ce qui compte, et de quand",
    "everybody": "Toutes les personnes",
    "and_me": "Et moi ?",
    "timeline": "De quand cela date",
    "undated": "sans date",
    "month": "{month} {year}",
    "evidence_one": "1 élément",
    "evidence_many": "{count} éléments",
    "versions_one": "1 autre version",
    "versions_many": "{count} autres versions",
    "held_one": "1 message ou document",
    "held_many": "{count} messages et documents",
    "standing": "Pourquoi cette place ?",
    "standing_parts": "Parmi ce que vous pouvez lire, vous avez part à {records} ; ce qui parle "
    "pour vous ici : {parts}.",
    "standing_ahead": "Votre score est de {score} ; celui de la personne juste devant, de {ahead}"
    " ; celui de la première, de {first}.",
    "standing_profile": "Votre profil n’en dit rien.",
    "standing_advice": "Ce qui compterait : un message ou un document à ce sujet, une réponse que "
    "quelqu’un accepte, une compétence dans votre profil.",
    "skills": "Compétences d’après ses écrits : {names}",
    "skills_intro": "Relevées dans ce que vous pouvez lire : à vérifier auprès de la personne.",
    "declared": "Dans son profil aussi",
    "no_profile": "Pas de profil à lire",
    "evidence": "Ce qui le montre",
    "share": "{share} du score",
    "rest_one": "1 autre élément",
    "rest_many": "{count} autres éléments",
    "why": "Pourquoi ce rang ?",
    "why_intro": "Chaque élément compte pour (sa force × son ordre + la présence) × le poids du "
    "rôle × la part entre ceux qui ont ce même rôle × la fraîcheur. Un élément de plus en dit "
    "moins que les premiers, et montre une présence sur le sujet, surtout si c’est une réponse. Le "
    "score est leur somme exacte.",
    "strength": "Force",
    "role": "Rôle",
    "shared": "Part",
    "recency": "Fraîcheur",
    "order": "Ordre",
    "presence": "Présence",
    "points": "Points",
    "item": "Élément",
    "score": "Score",
    "type_person": "Profil",
    "type_group": "Groupe",
    "click_log": "Les résultats ouverts sont comptés, avec les mots cherchés, pendant {days} jours "
    "et sans votre nom, pour proposer des synonymes.",
    "type_post": "Message",
    "type_document": "Document",
    "untitled": "{kind} du {date}",
    "by": "par",
    "in_group": "dans",
    "role_profile": "son profil",
    "role_author": "a écrit",
    "role_editor": "a modifié",
    "role_reviewer": "a relu",
    "role_approver": "a approuvé",
    "role_member": "membre",
    "role_commenter": "a commenté",
    "role_mentioned": "mention",
    "role_thanked": "on l’en remercie",
    "role_contributor": "a contribué",
    "role_former": "son profil",
    "role_asker": "a posé la question",
    "role_answerer": "y a répondu",
    "role_solver": "y a apporté la réponse",
    "decimal": ",",
    "percent": "{value}\u202f%",
    "date": "{day} {month} {year}",
    "months": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
}

ENGLISH: Mapping[str, str] = {
    "name": "English",
    "tagline": "Who knows? Where is it written?",
    "skip": "Skip to results",
    "search_label": "Your question",
    "search_placeholder": "A few words, or a question",
    "search": "Search",
    "loading": "Searching…",
    "shortcut": "Press / to return to the question.",
    "tabs": "Kind of results",
    "tab_people": "People",
    "tab_documents": "Documents",
    "languages": "Language of the page",
    "anonymous": "No identity is configured: you are a local member, "
    "and see what every member may read.",
    "viewer": "No identity is configured: you are a local member, and see what {name} may read.",
    "home_people": "the colleagues who know, with what shows it: their posts, their documents, "
    "their profile.",
    "home_documents": "the documents and posts that answer, with the passage that helps.",
    "narrow": "To narrow down",
    "home_narrow": '"exact words", +word, -word, author:, group:, type:post, unit:, site:, '
    "lang:fr, before:2026, after:2026-03",
    "people_one": "1 person",
    "people_many": "{count} people",
    "documents_one": "1 result",
    "documents_many": "{count} results",
    "at_least": "at least {counted}",
    "took": "{seconds} s",
    "empty_title": "Nothing about this in what you may read.",
    "empty_hint": "Try other words, fewer words, or the other tab.",
    "words_only": "Answered by words alone: the model that compares meanings is not available. "
    "Ask again in a few seconds for a wider answer.",
    "corrected": "Results for “{corrected}”.",
    "as_typed": "Search instead for “{original}”",
    "unmatched": "Nothing that was searched holds {words}: this comes nearest.",
    "quoted": "“{word}”",
    "error_title": "The search failed.",
    "error_query": "The question is empty or too long: keep the words that matter.",
    "error_part": "“{part}” cannot be understood, or stands nearly everywhere. A date is written "
    "2026, 2026-03 or 2026-03-15; a type is document, post, person or group; a language is fr or "
    "en.",
    "error_other": "Try again in a moment. If it lasts, give this to whoever runs Finder:",
    "previous": "Previous",
    "next": "Next",
    "pages": "Pages of results",
    "page": "p. {page}",
    "left": "Has left the organisation",
    "named": "The name asked for",
    "all_evidence": "All that counts, and when it is from",
    "everybody": "Everybody",
    "and_me": "What about me?",
    "timeline": "When it is from",
    "undated": "no date",
    "month": "{month} {year}",
    "evidence_one": "1 item",
    "evidence_many": "{count} items",
    "versions_one": "1 other version",
    "versions_many": "{count} other versions",
    "held_one": "1 post or document",
    "held_many": "{count} posts and documents",
    "standing": "Why this place?",
    "standing_parts": "Among what you may read, you have a part in {records}; what speaks for you "
    "here: {parts}.",
    "standing_ahead": "Your score is {score}; that of the person one place ahead is {ahead}; that "
    "of the first is {first}.",
    "standing_profile": "Your profile says nothing about it.",
    "standing_advice": "What would count: a post or document about it, an answer that somebody "
    "accepts, a skill in your profile.",
    "skills": "Skills, by what they wrote: {names}",
    "skills_intro": "Found in what you can read: ask the person to be sure.",
    "declared": "In their profile too",
    "no_profile": "No profile to read",
    "evidence": "What shows it",
    "share": "{share} of the score",
    "rest_one": "1 more item",
    "rest_many": "{count} more items",
    "why": "Why this rank?",
    "why_intro": "Each item counts for (its strength × its order + presence) × the weight of the "
    "role × the share among those who hold the same role × its recency. One more item says less "
    "than the first ones, and shows presence on the subject, most of all if it is an answer. The "
    "score is their exact sum.",
    "strength": "Strength",
    "role": "Role",
    "shared": "Share",
    "recency": "Recency",
    "order": "Order",
    "presence": "Presence",
    "points": "Points",
    "item": "Item",
    "score": "Score",
    "type_person": "Profile",
    "type_group": "Group",
    "click_log": "Results that are opened are counted, with the words that were searched, for "
    "{days} days and without your name, to suggest synonyms.",
    "type_post": "Post",
    "type_document": "Document",
    "untitled": "{kind} of {date}",
    "by": "by",
    "in_group": "in",
    "role_profile": "their profile",
    "role_author": "author",
    "role_editor": "edited",
    "role_reviewer": "reviewed",
    "role_approver": "approved",
    "role_member": "member",
    "role_commenter": "commented",
    "role_mentioned": "mentioned",
    "role_thanked": "thanked for it",
    "role_contributor": "contributed",
    "role_former": "their profile",
    "role_asker": "asked",
    "role_answerer": "answered it",
    "role_solver": "solved it",
    "decimal": ".",
    "percent": "{value}%",
    "date": "{day} {month} {year}",
    "months": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}

MESSAGES: Mapping[Lang, Mapping[str, str]] = {"fr": FRENCH, "en": ENGLISH}


def preferred_language(accepted: str) -> Lang:
    """The page's language that a browser likes best, from its ``Accept-Language``.

    French where it likes neither: that is what most of what is read here is written in.
    """
    ranges = [part.strip().partition(";q=") for part in accepted.lower().split(",")]
    liked = sorted(ranges, key=lambda part: -_quality(part[2]))
    known = (lang for name, _, _ in liked for lang in LANGUAGES if name.split("-")[0] == lang)
    return next(known, "fr")


def _quality(text: str) -> float:
    try:
        return float(text or "1")
    except ValueError:
        return 0.0
