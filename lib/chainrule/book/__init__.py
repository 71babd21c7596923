"""What only the chapters need: shown source, agreement of four answers, PyTorch's numbers.

What they draw with is in `chainrule.drawing`, the checks of their exercises in
`chainrule.exercises`. Needs the extra `chainrule[book]`.
"""

from chainrule._extra import need

need("chainrule.book", "matplotlib")

from chainrule.book.agreement import agreement, pytorch_numbers
from chainrule.book.source import show_source

__all__ = ["agreement", "pytorch_numbers", "show_source"]
