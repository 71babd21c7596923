"""The Korean edition's index: under ㄱ, ㄴ, ㄷ …, as in a dictionary, and before the Latin letters.

Sphinx puts a word under its first sign as Unicode takes it apart, a jamo that is not meant to stand
alone.
"""

import unicodedata

FIRST_JAMO = 0x1100  # of those that begin a syllable, in the order below
LETTERS = "ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅㅇㅈㅈㅊㅋㅌㅍㅎ"  # a doubled one stands under its single one


def letter_of(key):
    """Under which letter a group of Sphinx's index is found: ㄱ of ᄀ and of ᄁ, A of A."""
    place = ord(unicodedata.normalize("NFD", key)[0]) - FIRST_JAMO
    return LETTERS[place] if 0 <= place < len(LETTERS) else key


def regrouped(index):
    """Sphinx's [(key, entries)] with Korean letters, which come first."""
    groups = {}
    for key, entries in index:
        groups.setdefault(letter_of(key), []).extend(entries)
    return sorted(groups.items(), key=lambda group: (group[0] not in LETTERS, group[0]))


def sort_index(app, page, template, context, doctree):
    if page != "genindex" or app.config.language != "ko":
        return
    index = regrouped(context["genindexentries"])
    context["genindexentries"] = index
    context["genindexcounts"] = [
        sum(1 + len(subentries) for _, (_, subentries, _) in entries) for _, entries in index
    ]


def setup(app):
    app.connect("html-page-context", sort_index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
