"""The language in which the checks speak: English, or that of a catalogue in chainrule/locale."""

import gettext
from pathlib import Path

CATALOGUES = Path(__file__).resolve().parents[1] / "locale"
DOMAIN = "exercises"

_catalogue = gettext.NullTranslations()


def languages():
    """The languages there are, by their codes."""
    return ["en", *sorted(path.parts[-3] for path in CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))]


def speak(language):
    """Say what follows in this language; raises ValueError for one without a catalogue."""
    global _catalogue
    if language not in languages():
        known = ", ".join(map(repr, languages()))
        raise ValueError(f"language: must be one of {known}, got {language!r}")
    _catalogue = (
        gettext.NullTranslations()
        if language == "en"
        else gettext.translation(DOMAIN, CATALOGUES, [language])
    )


def translated(message, **values):
    """A message in the language chosen, its {placeholders} filled in."""
    said = _catalogue.gettext(message) if message else ""  # of "" the catalogue returns its head
    return said.format(**values) if values else said
