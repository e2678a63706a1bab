"""Which key is meant by a French word? The keys of the language are English, and many who write it think in French."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from dyade.program.nearest import fold, nearest

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "accepter": ("accept",),
    "actions": ("effects",),
    "affecter": ("assign",),
    "apres": ("after",),
    "aviser": ("notify",),
    "avec": ("with",),
    "calendrier": ("calendar",),
    "certificats": ("certificates",),
    "champs": ("fields",),
    "confirmer": ("confirm",),
    "corriger": ("correct",),
    "de": ("from", "of"),
    "defaut": ("default",),
    "delais": ("delays",),
    "depuis": ("from", "since"),
    "designer": ("assign",),
    "echeance": ("due",),
    "echeances": ("deadlines",),
    "effets": ("effects",),
    "entrees": ("entry",),
    "entree": ("entry",),
    "etapes": ("steps",),
    "etat": ("state",),
    "etats": ("states",),
    "etiquette": ("label",),
    "faire": ("do",),
    "formulaires": ("forms",),
    "garde": ("guard",),
    "gabarit": ("template",),
    "gabarits": ("templates",),
    "horloge": ("clock",),
    "jalons": ("deadlines",),
    "jusqua": ("until",),
    "langues": ("locales",),
    "libelle": ("label",),
    "lever": ("waive",),
    "modele": ("template",),
    "modeles": ("templates",),
    "nom": ("name", "label"),
    "notifie": ("notified",),
    "notifier": ("notify",),
    "par": ("by", "filled_by"),
    "parametres": ("params",),
    "personnes": ("people",),
    "pour": ("for", "to"),
    "quand": ("when",),
    "raison": ("reason",),
    "rappele": ("reminded",),
    "rappels": ("reminders",),
    "refuse": ("refused",),
    "remplir": ("fill",),
    "rempli_par": ("filled_by",),
    "resume": ("summary",),
    "si": ("when", "only_if"),
    "signer": ("sign",),
    "signe_par": ("signed_by",),
    "statut": ("status",),
    "texte": ("body", "text"),
    "titre": ("title", "label"),
    "valeur": ("value",),
    "valeurs": ("values",),
    "vers": ("to",),
    "visibilite": ("visibility",),
}
"""French words, accents aside, and the keys that each may stand for."""


def key_meant(written: str, known: Collection[str]) -> str | None:
    """The key that is meant by another word: by the same word in French, or else the nearest."""
    translated = (key for key in KEYS.get(fold(written), ()) if key in known and key != written)
    return next(translated, None) or nearest(written, known)
