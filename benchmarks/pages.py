"""Time the main thread on whole pages: `make bench`.

Loading: the tasks of more than 50 ms while a chapter is opened at full speed. A slider: what a step
of the first explorable costs the main thread, with style, layout and paint, on the page around it.
Goals on a quiet machine: no task over 100 ms, and 12 ms a step on the largest page.
"""

from chainrule_dev.browser import running_chromium, visit

CHAPTERS = ["batch-normalization", "convolution", "vanishing-gradients", "computational-graphs"]
STEPS = 40
LONG_TASKS = """
  window.tasks = [];
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.tasks.push(task.duration);
  }).observe({ type: "longtask", buffered: true });
"""
MOVE = """async (steps) => {
  const sliders = [...document.querySelectorAll(".cr-explorable input[type=range]")];
  const slider = sliders.find((each) => each.checkVisibility());
  const [low, high] = [Number(slider.min), Number(slider.max)];
  slider.scrollIntoView({ block: "center" });
  for (let i = 0; i < steps; i++) {
    slider.value = low + ((high - low) * ((i % 20) + 0.5)) / 20;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }
}"""


def busy(session):
    """Seconds for which the main thread has been busy."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(each["value"] for each in metrics if each["name"] == "TaskDuration")


def measure(browser, chapter):
    """The longest task while a chapter is opened, and the time of a slider's step, in ms."""
    size = {"width": 1366, "height": 768}
    with visit(browser, f"book/en/{chapter}.html", script=LONG_TASKS, **size) as page:
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)
        longest = max(page.evaluate("tasks"), default=0)
        page.evaluate(MOVE, 5)
        page.wait_for_timeout(500)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        before = busy(session)
        page.evaluate(MOVE, STEPS)
        return longest, 1000 * (busy(session) - before) / STEPS


def main():
    print(f"{'page, in ms':24} {'longest task':>14} {'slider step':>14}")
    with running_chromium() as browser:
        for chapter in CHAPTERS:
            longest, step = measure(browser, chapter)
            print(f"{chapter:24} {longest:14.0f} {step:14.1f}")


if __name__ == "__main__":
    main()
