"""Whether a reader on a phone sees the picture that a control changes, and the step that asks for
it, while setting the control.
"""

WIDTH, HEIGHT = 360, 740

# The pictures, as they are drawn.
DRAWN = """(root) => [...root.querySelectorAll("svg.cr-canvas")].map((svg) => svg.innerHTML)"""

# The control's own element, or the label that a finger may touch as well.
TOUCHED = "const touched = control.closest('label, button') ?? control;"

# Whether something lies on the control.
COVERED = """
  const box = control.getBoundingClientRect();
  const places = [[0.1, 0.5], [0.5, 0.2], [0.5, 0.8], [0.9, 0.5]].map(([x, y]) =>
    document.elementFromPoint(box.left + x * box.width, box.top + y * box.height));
  const isCovered = !places.every((place) => place && touched.contains(place));
"""

# Scroll the control into view from above, from below, and to the middle. Of each: whether something
# lies on the control, and the visible share of each of the pictures whose numbers are given.
SCROLLED = f"""([control, pictures]) => {{
  {TOUCHED}
  const root = control.closest(".cr-explorable-live");
  const canvases = pictures.map((i) => root.querySelectorAll("svg.cr-canvas")[i]);
  const header = document.querySelector(".bd-header-article").offsetHeight;
  const ways = [[0, "nearest"], [1e6, "nearest"], [0, "center"]];
  return ways.map(([from, block]) => {{
    scrollTo({{ top: from, behavior: "instant" }});
    control.scrollIntoView({{ block, behavior: "instant" }});
    {COVERED}
    const shares = canvases.map((canvas) => {{
      const {{ top, bottom }} = canvas.getBoundingClientRect();
      const seen = Math.min(bottom, innerHeight) - Math.max(top, header);
      return Math.max(0, seen) / (bottom - top);
    }});
    return {{ isCovered, shares }};
  }});
}}"""

# Scroll the control into view in the same three ways: what is wrong, of the control, of each line
# of the step's sentence, and of its buttons.
WITH_STEP = f"""(control) => {{
  {TOUCHED}
  const steps = control.closest(".cr-explorable-live").querySelector(".cr-steps");
  const sentence = steps.querySelector("[aria-live=polite]");
  const isSeen = ({{ left, right, top, bottom }}) => top >= 0 && bottom <= innerHeight
    && [left + 2, (left + right) / 2, right - 2].every((x) =>
      steps.contains(document.elementFromPoint(x, (top + bottom) / 2)));
  const ways = [[0, "nearest"], [1e6, "nearest"], [0, "center"]];
  return ways.flatMap(([from, block]) => {{
    scrollTo({{ top: from, behavior: "instant" }});
    control.scrollIntoView({{ block, behavior: "instant" }});
    {COVERED}
    const lines = document.createRange();
    lines.selectNodeContents(sentence);
    const boxes = [...lines.getClientRects()].filter(({{ width }}) => width > 4);
    const buttons = [...steps.querySelectorAll("button")].map((b) => b.getBoundingClientRect());
    return [
      isCovered && "covered",
      !boxes.length && "no sentence",
      !boxes.every(isSeen) && "without the step's sentence",
      !buttons.every(isSeen) && "without the step's buttons",
    ].filter(Boolean);
  }});
}}"""

# What has the focus, if something lies on it: its own text.
COVERED_FOCUS = f"""() => {{
  const control = document.activeElement;
  if (!control.closest(".cr-explorable-live")) return null;
  {TOUCHED}
  const {{ left, top, width, height }} = control.getBoundingClientRect();
  const place = document.elementFromPoint(left + width / 2, top + height / 2);
  return place && (touched.contains(place) || place.contains(control)) ? "" : touched.outerHTML;
}}"""


# Where a figure's end has so much of the window, a picture that lies on the steps or the caption.
HELD_ON = """(root) => [600, 450, 300, 150].filter((high) => {
  scrollTo(0, scrollY + root.getBoundingClientRect().bottom - high);
  const boxes = (parts) => [...root.querySelectorAll(parts)].map((e) => e.getBoundingClientRect());
  const top = Math.min(...boxes(".cr-steps, .cr-caption").map((box) => box.top));
  return boxes(".cr-held").some((box) => box.bottom > top + 1);
})"""


# The next control that can be seen and was not tried: radio buttons last, as they may show others.
NEXT = """(root) => {
  const all = [...root.querySelectorAll("input, button")];
  const isLeft = (c) => !c.dataset.tried && !c.closest(".cr-steps") && c.checkVisibility();
  const left = all.filter(isLeft);
  const next = left.find((c) => c.type !== "radio") ?? left[0];
  if (next) next.dataset.tried = "true";
  return next;
}"""

# Another radio button of the same question.
ANOTHER = (
    "(c) => [...c.form.elements].find((other) => other.type === 'radio' && other !== c).click()"
)


def controls(figure):
    """Every control that a reader can see, or see after others were set; without the steps'."""
    while control := figure.handle.evaluate_handle(NEXT).as_element():
        yield control


def pictures_changed_by(figure, control):
    """The numbers of the pictures that look different once the control is set to something else."""
    kind = control.get_attribute("type")
    if kind == "radio" and control.is_checked():
        control.evaluate(ANOTHER)
        figure.settle()
    before = figure.root.evaluate(DRAWN)
    if kind == "range":
        control.press("Home" if control.evaluate("(c) => c.value === c.max") else "End")
    elif kind == "number":
        control.fill("0.5" if control.input_value() == "1" else "1")
    else:
        control.evaluate("(c) => c.click()")
    figure.settle()
    now = figure.root.evaluate(DRAWN)
    return [i for i, (old, new) in enumerate(zip(before, now, strict=True)) if old != new]


def controls_out_of_sight(figure):
    """The controls that a reader never sees with 70 % of a picture they change, and those on which
    something lies when they have been scrolled to: (control, what is wrong).
    """
    wrong = []
    for control in controls(figure):
        changed = pictures_changed_by(figure, control)
        if not control.is_visible():
            continue  # it has hidden itself
        seen = control.evaluate(f"(c, pictures) => ({SCROLLED})([c, pictures])", changed)
        name = control.evaluate(f"(control) => {{ {TOUCHED} return touched.innerText; }}")
        best = max((share for way in seen for share in way["shares"]), default=1)
        if best < 0.7:
            wrong.append((name, f"{best:.0%} of its picture"))
        if any(way["isCovered"] for way in seen):
            wrong.append((name, "covered"))
    return wrong


def controls_without_their_step(figure):
    """The controls that cannot be seen together with the step's sentence and its buttons."""
    wrong = []
    for control in controls(figure):
        seen = control.evaluate(WITH_STEP)
        name = control.evaluate(f"(control) => {{ {TOUCHED} return touched.innerText; }}")
        wrong += [(name, what) for what in dict.fromkeys(seen)]
        control.evaluate("(c) => c.type === 'radio' && c.click()")  # it may show others
        figure.settle()
    return wrong


def focus_out_of_sight(figure):
    """The controls that are covered when the Tab key has led to them, forwards and back."""
    wrong = []
    ends = figure.root.locator("input:visible, button:visible")
    for end, key in [(ends.first, "Tab"), (ends.last, "Shift+Tab")]:
        end.focus()
        figure.settle()
        while (covered := figure.page.evaluate(COVERED_FOCUS)) is not None:
            wrong += [covered] if covered else []
            figure.page.keyboard.press(key)
            figure.settle()  # it scrolls smoothly
    return wrong
