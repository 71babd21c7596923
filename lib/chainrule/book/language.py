"""The language of the book's own sentences in a notebook."""

from chainrule.exercises._language import speak


def language(code):
    """Have the checks of the exercises speak another language.

    Parameters
    ----------
    code : str
        "en" for English, which is the default, or "ko" for Korean.

    Raises
    ------
    ValueError
        For a language that the book is not written in.
    """
    speak(code)
