"""What runs the cells of a chapter on its page, in a browser's own Python: this is the Python side.

`names` finds the names that a cell sets and uses, `notebook` decides which cells another one needs
and runs them. book/_ext/live_pages.py puts this package and the library on the site;
book/_scripts/live/worker.js calls it there. It needs Python's standard library only;
`pyplot` is imported by Matplotlib.
"""
