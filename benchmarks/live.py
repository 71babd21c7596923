"""Time a live page beside bare Pyodide in the same browser: `make bench`.

Both are read from the built site, with no network, in a window of their own without a cache, in
turn; the least time of each counts. Bare is a worker that loads Pyodide and imports NumPy, then
imports Matplotlib and draws a line. Each run of a chapter is timed from the press of the button to
the output.
"""

from chainrule_dev.browser import SITE, running_chromium

ROUNDS = 5
CHAPTER, PRINTS, CHECKS, DRAWS = "sigmoid", "cell-004", "cell-033", "cell-013"
WAIT = 300_000  # milliseconds

BARE = """async (folder) => {
  const code = `
    const start = performance.now();
    const { loadPyodide } = await import("${folder}pyodide.mjs");
    const python = await loadPyodide(
      { indexURL: "${folder}", lockFileURL: "${folder}lock.json" });
    const load = (name) => python.loadPackage(name, { messageCallback() {} });
    await load("numpy");
    python.runPython("import numpy");
    const numbers = performance.now();
    await load("matplotlib");
    python.runPython(\\`
import io
from matplotlib.figure import Figure
figure = Figure()
figure.subplots().plot([1, 2])
figure.savefig(io.StringIO(), format="svg")
\\`);
    postMessage([numbers - start, performance.now() - numbers]);`;
  const blob = new Blob([code], { type: "text/javascript" });
  const worker = new Worker(URL.createObjectURL(blob), { type: "module" });
  return new Promise((done) => worker.onmessage = ({ data }) => done(data));
}"""

# Presses the first button of a cell; resolves with the milliseconds until nothing runs any more.
PRESS = """async (name) => {
  const bar = document.querySelector(`.cr-live[data-cell="${name}"]`);
  const start = performance.now();
  bar.querySelector("[data-do=run]").click();
  while (document.querySelector(".cr-running")) {
    await new Promise((done) => setTimeout(done, 1));
  }
  return performance.now() - start;
}"""


def opened(browser):
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"{SITE}/book/en/{CHAPTER}.html")
    page.evaluate("document.querySelectorAll('cr-folded').forEach((fold) => fold.hidden = false)")
    return context, page


def bare(browser):
    """Milliseconds until NumPy is imported, and from there to a figure."""
    context, page = opened(browser)
    times = page.evaluate(BARE, f"{SITE}/_static/live/")
    context.close()
    return times


def live(browser):
    """Milliseconds of the first printed result, of an exercise's check, and of the first figure."""
    context, page = opened(browser)
    first = page.evaluate(PRESS, PRINTS)
    page.evaluate(PRESS, CHECKS)
    check = page.evaluate(PRESS, CHECKS)
    figure = page.evaluate(PRESS, DRAWS)
    context.close()
    return first, check, figure


def main():
    with running_chromium() as browser:
        rounds = [(bare(browser), live(browser)) for _ in range(ROUNDS)]
    numbers, line = (min(times) for times in zip(*(each for each, _ in rounds), strict=True))
    first, check, figure = (min(times) for times in zip(*(each for _, each in rounds), strict=True))
    print(f"bare Pyodide: NumPy after {numbers:.0f} ms, a figure {line:.0f} ms later")
    print(f"first printed result {first:8.0f} ms  {first / numbers:5.2f} of bare  (goal 1.4)")
    print(f"check of an exercise {check:8.0f} ms                (goal 150 ms)")
    print(f"first figure         {figure:8.0f} ms  {figure / line:5.2f} of bare  (goal 1.3)")


if __name__ == "__main__":
    main()
