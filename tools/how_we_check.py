"""Write the results of the checks into how-we-check.md of both editions:
`python tools/how_we_check.py`.

The page's prose is written by hand. The text between a line `% made: NAME` and the next `% end` is
generated here by running the tests' code: their cases, mutants and comparison with PyTorch.
`make notebooks` runs this; a test generates everything again and compares. What is generated for
the Korean page is translated by a catalogue, book/ko/checks.po.

Errors differ slightly between processors, so the page states a power of ten as their bound. A bound
that is on the page already stays there while it holds.
"""

import json
import math
import re
from collections import Counter
from functools import cache

import numpy as np

from chainrule_dev import catalogues, live_results
from chainrule_dev.editions import MADE, korean
from chainrule_dev.environment import fix_environment
from chainrule_dev.mutants import REJECTIONS
from chainrule_dev.repository import ROOT, chapter_notebooks, repository_address
from chainrule_dev.superscripts import FROM_UP, UP

PAGE = ROOT / "book" / "en" / "how-we-check.md"
KOREAN_PAGE = korean(PAGE)
REFERENCE_TEST = "tests/library/test_reference.py"

# The largest relative error of one rounding. A smaller error may be 0 on another processor, so only
# what the tests require to be equal is called equal.
ROUNDING = {"float64": 2.0**-53, "float32": 2.0**-24}

# --- Words --------------------------------------------------------------------------------------

_words = {}  # of the page that is written: what it says in place of the English words


def _(message, **values):
    """A message in the language of the page, its {placeholders} filled in."""
    said = _words.get(message, message)
    return said.format(**values) if values else said


# --- Results ------------------------------------------------------------------------------------


@cache
def gradient_errors():
    """{class name: (number of cases, largest error)} of lib/chainrule_dev/cases.py."""
    import chainrule as cr
    from chainrule_dev.cases import CASES

    found = {}
    for case in CASES.values():
        rng = np.random.default_rng(0)
        layer = case.make_layer(rng)
        errors = cr.check_layer(layer, *case.make_inputs(rng), rng=rng)
        # A network with its loss counts as a Sequential.
        name = case.layer_class.__name__.replace("NetWithLoss", "Sequential")
        count, largest = found.get(name, (0, 0.0))
        found[name] = (count + 1, max(largest, *errors.values()))
    return found


@cache
def pytorch_errors():
    """{name: {precision: largest error, or None if equal}} of the files of tests/reference."""
    from chainrule_dev import references as reference

    found = {}
    for name in reference.names():
        found[name] = {}
        for dtype in reference.TOLERANCE:
            largest = 0.0 if name in reference.EXACT else ROUNDING[dtype]
            for case in reference.read(name)[0]["options"]:
                options, inputs, answers = reference.load(name, case, dtype)
                ours, scales = reference.adapter(name)(options, inputs), {}
                scales = reference.scales_of(options, answers)
                for key, answer in answers.items():
                    error = reference.scaled_error(np.asarray(ours[key]), answer, scales.get(key))
                    largest = max(largest, error)
            found[name][dtype] = largest or None
    return found


@cache
def rejections():
    """[(mutant, short name of its rejection)] of lib/chainrule_dev/mutants.py."""
    import chainrule as cr
    from chainrule_dev.mutants import MUTANTS, run

    found = []
    for mutant in MUTANTS.values():
        try:
            run(mutant, mutant.make_layer)
        except cr.GradientCheckError as error:
            found.append((mutant, reason(error)))
        else:
            raise AssertionError(f"the mutant {mutant.name} was not rejected")
    return found


def reason(error):
    """The short name of why the gradient check rejected a mutant."""
    for words, short in REJECTIONS:
        if words in str(error):
            return short
    raise LookupError(f"REJECTIONS in lib/chainrule_dev/mutants.py has no name for: {error}")


def notebooks():
    """(chapters, code cells, outputs with a picture, lines printed) of the book."""
    chapters = chapter_notebooks(ROOT)
    cells = [
        cell
        for path in chapters
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    outputs = [output for cell in cells for output in cell["outputs"]]
    pictures = sum("text/html" in output.get("data", ()) for output in outputs)
    lines = sum("".join(output.get("text", "")).count("\n") for output in outputs)
    return len(chapters), len(cells), pictures, lines


# --- Tables -------------------------------------------------------------------------------------


def bound(error, stated=None):
    """The exponent of a power of ten above the error; the stated one while it is near enough."""
    if stated is not None and error <= 10.0**stated <= 100 * error:
        return stated
    return math.ceil(math.log10(2 * error))


def power(exponent):
    """A power of ten, such as 10⁻⁹."""
    return f"10{str(exponent).translate(UP)}"


def exponent(text):
    """The exponent in "below 10⁻⁹", or None."""
    found = re.search("10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text)
    return found and int(found[1].translate(FROM_UP))


def below(error, stated):
    """The bound of an error as text; `stated` is the one on the page."""
    return _("equal") if error is None else power(bound(error, exponent(stated)))


def link(text, file):
    return f"[{text}]({repository_address()}/blob/main/{file})"


def table(header, rows, numeric=()):
    """A Markdown table; the columns whose indices are in `numeric` are right-aligned."""
    marks = ["--:" if column in numeric else "---" for column in range(len(header))]
    lines = [header, marks, *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines) + "\n"


def stated(old):
    """The cells of the table on the page by the first in a row: {"`Affine`": ["6", "10⁻⁹", …]}."""
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in old.splitlines()]
    return {line[0]: line[1:] for line in lines if line}


def layers(old):
    mutants, before = Counter(m.right.__name__ for m, _ in rejections()), stated(old)
    rows = []
    for name, (count, error) in gradient_errors().items():
        was = [*before.get(f"`{name}`", []), "", "", "", ""]
        if name not in pytorch_errors():
            raise LookupError(f"tests/library/reference has no {name}.npz: run make_reference.py")
        torch = pytorch_errors()[name]
        rows.append([
            f"`{name}`", count, below(error, was[1]), below(torch["float64"], was[2]),
            below(torch["float32"], was[3]), mutants[name],
        ])  # fmt: skip
    gradients = link(_("error of the gradient, below"), "tests/library/test_gradients.py")
    torch = [link(f"PyTorch, {d}", REFERENCE_TEST) for d in ("float64", "float32")]
    header = [_("layer"), link(_("cases"), "lib/chainrule_dev/cases.py"), gradients, *torch]
    header.append(link(_("mutants rejected"), "tests/library/test_mutants.py"))
    return table(header, rows, range(1, 6))


def functions(old):
    before, rows = stated(old), []
    for name, torch in pytorch_errors().items():
        if name not in gradient_errors():
            was = [*before.get(f"`{name}`", []), "", ""]
            rows.append([f"`{name}`", *map(below, torch.values(), was)])
    torch = [link(f"PyTorch, {d}", REFERENCE_TEST) for d in ("float64", "float32")]
    return table([_("function or optimizer"), *torch], rows, (1, 2))


def mutants(old):
    rows = [
        [f"`{mutant.right.__name__}`", _(mutant.description).replace("|", "\\|"), _(how)]
        for mutant, how in rejections()
    ]
    header = [_("layer"), link(_("what was planted"), "lib/chainrule_dev/mutants.py")]
    rows = table([*header, link(_("rejected for"), "tests/library/test_mutants.py")], rows)
    summary = _("All {number} of them", number=len(rejections()))
    return f"<details>\n<summary>{summary}</summary>\n\n{rows}\n</details>\n\n"


def pages(old):
    from chainrule import explore
    from chainrule_dev.exercises import ALL, WRONG

    chapters, cells, pictures, lines = notebooks()
    nbval = link(_("execution of every notebook"), "tests/site/test_notebooks.py")
    exercises = link(_("exercise checks"), "tests/library/test_exercises.py")
    rows = [
        [_("chapters executed from the first cell to the last"), chapters, nbval],
        [_("cells executed, and all that they show compared"), cells, nbval],
        [_("... lines of text among it"), lines, nbval],
        [_("... pictures among it, curve by curve"), pictures, nbval],
        [_("exercises whose right answer is called right"), len(ALL), exercises],
        [_("foreseen wrong answers that get their own diagnosis"), len(WRONG), exercises],
        [
            _("cells run on the page in a real browser, which show what the book shows"),
            sum(
                part["cells"] - len(part["excepted"])
                for part in live_results.read_record().values()
            ),
            link(_("live pages"), "tests/site/live"),
        ],
        [
            _("explorables whose numbers are the library's, in a real browser"),
            len(explore.__all__),
            link(_("explorables"), "tests/site/explorables"),
        ],
    ]
    return table([_("what"), _("how many"), _("by")], rows, (1,))


def totals(old):
    layers = len(gradient_errors())
    cases = sum(count for count, _ in gradient_errors().values())
    worst = below(max(error for _, error in gradient_errors().values()), old)
    in_short = _(
        "In short: {layers} layers in {cases} cases, every gradient within {worst} of\n"
        "finite differences, and all of {mutants} mutants rejected.",
        layers=layers,
        cases=cases,
        worst=worst,
        mutants=len(rejections()),
    )
    return f"{in_short}\n"


GENERATORS = {make.__name__: make for make in (totals, layers, functions, mutants, pages)}


def updated(page, words=None):
    """The text of the page with every block generated again; `words` are those of its language."""
    _words.update(words or {})
    try:
        return MADE.sub(lambda block: f"{block[1]}\n{GENERATORS[block[1]](block[2])}", page)
    finally:
        _words.clear()


def main():
    for path, words in ((PAGE, {}), (KOREAN_PAGE, catalogues.read(catalogues.CHECKS))):
        page = path.read_text(encoding="utf-8")
        new = updated(page, words)
        if new != page:
            path.write_text(new, encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: written")


if __name__ == "__main__":
    fix_environment()
    main()
