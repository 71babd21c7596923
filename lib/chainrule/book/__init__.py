"""Helpers of the chapters: show_source, agreement, pytorch_numbers.

Figures are in `chainrule.drawing`, checks of exercises in `chainrule.exercises`. Needs the extra
`chainrule[book]`.
"""

from chainrule._extra import need

need("chainrule.book", "matplotlib")

from chainrule.book.agreement import agreement, pytorch_numbers
from chainrule.book.source import show_source

__all__ = ["agreement", "pytorch_numbers", "show_source"]
