"""Helpers of the chapters: show_source, agreement, pytorch_numbers.

Figures are in `chainrule.drawing`, checks of exercises in `chainrule.exercises`.
"""

from chainrule.book.agreement import agreement, pytorch_numbers
from chainrule.book.source import show_source

__all__ = ["agreement", "pytorch_numbers", "show_source"]
