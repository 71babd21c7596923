"""Helpers of the chapters: show_source, agreement, pytorch_numbers, language.

Figures are in `chainrule.drawing`, checks of exercises in `chainrule.exercises`.
"""

from chainrule.book.agreement import agreement, pytorch_numbers
from chainrule.book.language import language
from chainrule.book.source import show_source

__all__ = ["agreement", "language", "pytorch_numbers", "show_source"]
