"""Matplotlib's backend on a page: plt.show(), or the end of a cell, shows the figures of pyplot.

`chainrule_live.page` names it to Matplotlib and sets `show`. The book's own figures need no pyplot.
"""

import io

from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_svg import FigureCanvasSVG

from chainrule_live import page


class FigureManager(FigureManagerBase):
    @classmethod
    def pyplot_show(cls, *, block=None):
        """Show all figures that pyplot has open, and close them."""
        managers = Gcf.get_all_fig_managers()
        Gcf.destroy_all()
        for manager in managers:
            buffer = io.StringIO()
            manager.canvas.figure.savefig(buffer, format="svg")
            _, tag, drawing = buffer.getvalue().partition("<svg")
            page.show("html", f'<figure class="cr-figure">{tag}{drawing}</figure>')


class FigureCanvas(FigureCanvasSVG):
    manager_class = FigureManager
