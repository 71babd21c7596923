"""Time the redraw of each explorable after a slider has moved: `make bench`.

Each slider of each explorable is moved through its whole range, in the installed Chromium. The time
is that of the page's main thread: the listeners of the input event, the drawing in the next frame,
and the style and layout that follow. A frame lasts 16 ms.

And the frames a second while `network` learns, as it does on the first page and with six layers, at
full speed and with the processor slowed four times. Goals on a quiet machine: 60, and 30.
"""

import statistics

from chainrule import explore
from chainrule_dev.browser import bare_page, running_chromium, visit

STEPS = 40
SLOWED = (1, 4)
PLAYED = {
    "first page": {"classes": 3, "compact": True},
    "six layers of ReLU": {"layers": 6, "activation": "relu", "scale": 1.4, "rate": 0.1},
}

# Requested animation frames run when runFrames is called, so that they can be timed.
INIT = """
  const asked = [];
  window.requestAnimationFrame = (draw) => asked.push(draw);
  window.cancelAnimationFrame = (n) => (asked[n - 1] = null);
  window.runFrames = () => {
    for (let n = 0; n < asked.length; n++) { asked[n]?.(performance.now()); asked[n] = null; }
  };
"""
MEASURE = """
  async (steps) => {
    const times = [];
    for (const input of document.querySelectorAll("input[type=range]")) {
      const [low, high] = [Number(input.min), Number(input.max)];
      // Positions of the slider, so that each move changes its value.
      const places = Math.min(steps, Math.round((high - low) / Number(input.step)));
      input.value = high;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      for (let i = 0; i <= places; i++) {
        input.value = low + ((high - low) * i) / places;
        const start = performance.now();
        input.dispatchEvent(new Event("input", { bubbles: true }));
        window.runFrames();
        document.body.getBoundingClientRect();
        for (const label of document.querySelectorAll("svg text")) label.getBBox();
        times.push(performance.now() - start);
        await new Promise((done) => setTimeout(done));
      }
    }
    return times;
  }
"""

FRAMES = """
  (seconds) => new Promise((done) => {
    let n = 0;
    const start = performance.now();
    const count = () => {
      const passed = (performance.now() - start) / 1000;
      if (passed >= seconds) return done(n / passed);
      n++;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  })
"""


def redraws(browser, name):
    """The time of each move of each slider of one explorable, in milliseconds."""
    text = bare_page(getattr(explore, name)()._repr_html_())
    with visit(browser, "bare", {"bare": text}) as page:
        page.locator(".cr-explorable-live").wait_for()
        page.evaluate(INIT)
        return page.evaluate(MEASURE, STEPS)


def frames(browser, settings, slowed):
    """Frames a second while a network learns, on a laptop's page."""
    text = bare_page(explore.network(playing=True, **settings)._repr_html_())
    with visit(browser, "bare", {"bare": text}, width=1366, height=768) as page:
        page.locator(".cr-board").first.scroll_into_view_if_needed()
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        page.wait_for_timeout(500)
        return page.evaluate(FRAMES, 3)


def main():
    print(f"{'redraw, in ms':24} {'median':>8} {'95 %':>8} {'worst':>8}")
    with running_chromium() as browser:
        for name in explore.__all__:
            times = sorted(redraws(browser, name))
            late = times[int(0.95 * len(times))]
            print(f"{name:24} {statistics.median(times):8.1f} {late:8.1f} {times[-1]:8.1f}")
        slowed = "".join(f"{f'1/{rate}':>8}" for rate in SLOWED)
        print(f"\n{'frames a second, speed':24} {slowed}")
        for name, settings in PLAYED.items():
            found = "".join(f"{frames(browser, settings, rate):8.0f}" for rate in SLOWED)
            print(f"{name:24} {found}")


if __name__ == "__main__":
    main()
