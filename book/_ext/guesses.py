"""Guesses: on the page a question becomes a form, and the text up to its answer is folded.

In Markdown a guess is a paragraph, a list and a <details>; CONTRIBUTING.md has the convention, and
chainrule_site/guess_blocks.py reads it. Here the paragraph and the list become a form, which
without scripts still looks like what it was:

    <form class="cr-guess">…</form>          the question, its options, "Show me"
    <cr-folded><details>…</details>          folded until the reader has guessed
    <cr-guess-ready></cr-guess-ready>        here the script knows the form and its answers
    …text…</cr-folded>
    <cr-guessed></cr-guessed>                "You guessed: …", where the text gives the answer

The script, book/_scripts/guess.js, is loaded before the page is drawn. The browser reports to it
each of these elements as it reads them, so that nothing is seen that is then folded away.
"""

import html
import json

from docutils import nodes

from chainrule_site import guess_blocks
from chainrule_site.guess_blocks import find_guesses, malformed
from chainrule_site.plain_formulas import plain_formula

WORDS = {
    "en": {
        "show": "Show me",
        "or": "or",
        "read_on": "just read on",
        "see": "just see the answer",
        "yours": "Your guess",
        "on_scale": "Your guess, on a scale",
    },
    "ko": {
        "show": "보여 주세요",
        "or": "또는",
        "read_on": "그냥 읽기",
        "see": "그냥 답 보기",
        "yours": "어림한 값",
        "on_scale": "어림한 값, 눈금에서",
    },
}
# Texts for the script, which fills in {…}. Each is a whole sentence: other languages have an order
# of their own.
SCRIPT_WORDS = {
    "en": {
        "locale": "en",
        "show": "Show me",
        "again": "Guess again",
        "choose": "Choose one of the answers first.",
        "outside": "A number from {low} to {high}, please.",
        "mark_right": "✓ right",
        "mark_said": "✗ your guess",
        "mark_both": "✓ your guess, and right",
        "wrong": "✗ You guessed: {option}.",
        "it_is": "✓ It is: {option}.",
        "right": "✓ You guessed: {option}.",
        "exact": "✓ You said {said}, and {answer} it is.",
        "nearly": "✓ You said {said}; it is {answer}: as good as right.",
        "high": "You said {said}; it is {answer}: {by} too high.",
        "low": "You said {said}; it is {answer}: {by} too low.",
        "times_high": "You said {said}; it is {answer}: {times} times too high.",
        "times_low": "You said {said}; it is {answer}: {times} times too low.",
        "here_wrong": "You guessed: {option}. It is not so.",
        "here_right": "You guessed: {option}. Right.",
        "here_exact": "You guessed {said}. Right.",
        "here_nearly": "You guessed {said}. As good as right.",
        "here_high": "You guessed {said}: {by} too high.",
        "here_low": "You guessed {said}: {by} too low.",
        "here_times_high": "You guessed {said}: {times} times too high.",
        "here_times_low": "You guessed {said}: {times} times too low.",
    },
    "ko": {
        "locale": "ko",
        "show": "보여 주세요",
        "again": "다시 어림하기",
        "choose": "먼저 답을 하나 골라 주세요.",
        "outside": "{low}부터 {high}까지의 수를 넣어 주세요.",
        "mark_right": "✓ 맞는 답",
        "mark_said": "✗ 고른 답",
        "mark_both": "✓ 고른 답, 맞습니다",
        "wrong": "✗ 고른 답: {option}.",
        "it_is": "✓ 맞는 답: {option}.",
        "right": "✓ 고른 답: {option}. 맞습니다.",
        "exact": "✓ 어림한 값 {said}, 바로 맞혔습니다.",
        "nearly": "✓ 어림한 값 {said}, 실제 값 {answer}. 맞힌 것이나 다름없습니다.",
        "high": "어림한 값 {said}, 실제 값 {answer}. {by} 차이로 크게 잡았습니다.",
        "low": "어림한 값 {said}, 실제 값 {answer}. {by} 차이로 작게 잡았습니다.",
        "times_high": "어림한 값 {said}, 실제 값 {answer}. {times}배 크게 잡았습니다.",
        "times_low": "어림한 값 {said}, 실제 값 {answer}. 실제 값이 {times}배 큽니다.",
        "here_wrong": "앞에서 고른 답: {option}. 답은 다릅니다.",
        "here_right": "앞에서 고른 답: {option}. 맞습니다.",
        "here_exact": "앞에서 어림한 값: {said}. 맞습니다.",
        "here_nearly": "앞에서 어림한 값: {said}. 맞힌 것이나 다름없습니다.",
        "here_high": "앞에서 어림한 값: {said}. {by} 차이로 큽니다.",
        "here_low": "앞에서 어림한 값: {said}. {by} 차이로 작습니다.",
        "here_times_high": "앞에서 어림한 값: {said}. {times}배 큽니다.",
        "here_times_low": "앞에서 어림한 값: {said}. 실제 값이 {times}배 큽니다.",
    },
}


class GuessForm(nodes.Element):
    """The form: a GuessQuestion, and one GuessOption for each answer or a single GuessNumber."""


class GuessQuestion(nodes.TextElement):
    pass


class GuessOption(nodes.TextElement):
    pass


class GuessNumber(nodes.TextElement):
    pass


class GuessReady(nodes.Element):
    """Stands after the answer of a guess."""


class GuessPlace(nodes.Element):
    """Stands where the text answers a guess."""


# --- The nodes ------------------------------------------------------------------------------------


def make_forms(app, doctree):
    """Replace every guess of a page by a form, and mark the ends of its answer."""
    language = app.config.language
    for guess in find_guesses(doctree, guess_blocks.WORDS[language], app.env.docname):
        parent = guess.paragraph.parent
        parent.insert(parent.index(guess.answer[-1]) + 1, GuessReady(guess=guess.name))
        if guess.place is not None:
            place = GuessPlace(guess=guess.name)
            guess.place.parent.replace(guess.place, place)
        form = make_form(guess)
        parent.remove(guess.options)
        parent.replace(guess.paragraph, form)


def make_form(guess):
    if guess.is_choice:
        facts = {"right": guess.right}
    else:
        facts = {
            "answer": guess.number,
            "low": guess.low,
            "high": guess.high,
            "log": guess.is_logarithmic,
            "typical": guess.typical,
        }
    form = GuessForm(
        guess=guess.name, question=guess.question, facts=facts, folds=guess.place is not None
    )
    form += GuessQuestion("", "", *guess.paragraph.children)
    for number, item in enumerate(guess.options):
        if guess.is_choice:
            facts = {"guess": guess.name, "number": number, "label": formula_in_words(item[0])}
            form += GuessOption("", "", *item[0].children, **facts)
        else:
            form += GuessNumber("", "", *item[0].children, facts=facts)
    return form


def formula_in_words(paragraph):
    """An option that is a formula alone, as plain text: a control needs a name in words."""
    parts = [part for part in paragraph if part.astext().strip()]
    if all(isinstance(part, nodes.math) for part in parts):
        return " ".join(plain_formula(part.astext()) for part in parts)
    return None


# --- Folds ----------------------------------------------------------------------------------------


def add_folds(app, doctree, page):
    """Put <cr-folded> around what follows a form, up to the end of the text that answers it.

    When a page is written, and not when it is read: so the table of contents and the search see
    sections as they were. An element cannot reach over the end of a section, so there is one in
    each that it reaches into.
    """
    ends = {end["guess"]: end for end in doctree.findall(GuessPlace)}
    ready = {end["guess"]: end for end in doctree.findall(GuessReady)}
    order = {id(node): at for at, node in enumerate(doctree.findall())}
    spans = []
    for form in list(doctree.findall(GuessForm)):
        name = form["guess"]
        last = ends.get(name)
        end_at = order[id(last or ready[name])]
        for other, other_end in spans:
            if order[id(form)] < other_end < end_at:
                complaint = (
                    f"its answer comes after that of “{other['question']}”, which it is within"
                )
                raise malformed(page, form["question"], complaint)
        spans.append((form, end_at))
    for form, _ in spans:
        name = form["guess"]
        runs = runs_between(form, ends[name]) if name in ends else [run_to(form, ready[name])]
        form["inside"] = [each for run in runs for node in run for each in ids_in(node)]
        if name in ends:
            form["inside"] += ids_of_sections_around(ends[name], form)
        for count, run in enumerate(runs):
            wrap(run, form["guess"], is_first=count == 0)


def run_to(form, last):
    """The siblings after a form, up to one that is included."""
    parent = form.parent
    return parent[parent.index(form) + 1 : parent.index(last) + 1]


def runs_between(form, place):
    """What stands between a form and where the text after its place ends, as runs of siblings."""
    above_place = list(ancestors(place))
    runs, node = [], form
    while node.parent not in above_place:
        runs.append(node.parent[node.parent.index(node) + 1 :])
        node = node.parent
    common = node.parent
    way_down = [place, *above_place[: above_place.index(common)]][::-1]
    starts = [common.index(node) + 1, *[0 for _ in way_down[1:]]]
    for start, inner in zip(starts, way_down, strict=True):
        around = inner.parent
        end = end_of_text(around, inner) if inner is place else around.index(inner)
        runs.append(around[start:end])
    return [run for run in runs if run]


def end_of_text(section, place):
    """Where the text that answers a guess ends: its section, or what is next about another guess.

    A fold that ended right at the place would show the answer below the open question.
    """
    after = range(section.index(place) + 1, len(section))
    return next((at for at in after if is_about_another(section[at])), len(section))


def is_about_another(node):
    """Whether a node is another guess or its answer, or a part of the section with one."""
    return any(isinstance(each, GuessForm | GuessPlace) for each in node.findall())


def ancestors(node):
    while node.parent is not None:
        node = node.parent
        yield node


def ids_in(node):
    return [each for part in node.findall(nodes.Element) for each in part["ids"]]


def ids_of_sections_around(end, form):
    """Of the sections that begin between a form and the place: their headings are folded."""
    outside = list(ancestors(form))
    return [each for node in ancestors(end) if node not in outside for each in node["ids"]]


def wrap(run, name, *, is_first):
    parent = run[0].parent
    target = f' id="{name}-on" tabindex="-1"' if is_first else ""
    opening = nodes.raw("", f'<cr-folded guess="{name}"{target}>\n', format="html")
    parent.insert(parent.index(run[0]), opening)
    parent.insert(parent.index(run[-1]) + 1, nodes.raw("", "</cr-folded>\n", format="html"))


# --- HTML -----------------------------------------------------------------------------------------

ONLY_ALIVE = "pst-js-only d-print-none"


def visit_form(translator, node):
    inside = html.escape(" ".join(node.get("inside", [])))
    facts = html.escape(json.dumps(node["facts"]))
    translator.body.append(
        f'<form class="cr-guess" id="{node["guess"]}" data-inside="{inside}" data-facts="{facts}" '
        'autocomplete="off" novalidate>\n<fieldset>'
    )


def depart_form(translator, node):
    words = WORDS[translator.config.language]
    link = words["read_on"] if node["folds"] else words["see"]
    opens = "" if node["folds"] else " data-see"
    link = f'<a href="#{node["guess"]}-on"{opens}>{link}</a>'
    translator.body.append(
        "</ul></fieldset>\n"
        f'<p class="cr-guess-do {ONLY_ALIVE}"><button type="submit">{words["show"]}</button> '
        f'<span class="cr-read-on">{words["or"]} {link}</span></p>\n'
        f'<div class="cr-guess-result {ONLY_ALIVE}" role="status"></div></form>\n'
    )


def visit_question(translator, node):
    translator.body.append("<legend>")


def depart_question(translator, node):
    translator.body.append("</legend>\n<ul>")


def visit_option(translator, node):
    name, number = node["guess"], node["number"]
    label = f' aria-label="{html.escape(node["label"])}"' if node["label"] else ""
    translator.body.append(
        f'<li><label><input type="radio" class="{ONLY_ALIVE}" name="{name}" value="{number}"'
        f"{label}> <span>"
    )


def depart_option(translator, node):
    translator.body.append("</span></label></li>\n")


def visit_number(translator, node):
    translator.body.append("<li><span>")


def depart_number(translator, node):
    words, facts = WORDS[translator.config.language], node["facts"]
    low, high, by = (0, 1, 0.01) if facts["log"] else (facts["low"], facts["high"], step(facts))
    scale = f'min="{low:.12g}" max="{high:.12g}" step="{by:g}"'
    # Not of type "number", of which some browsers drop a comma: 6,5 would be 65 (read.js).
    # The keys for decimals have no minus on an iPhone, and no power of ten.
    keys = "decimal" if facts["low"] >= 0 and not facts["log"] else "text"
    # The slider waits at its low end: the middle would be a hint, or a guess of ours.
    translator.body.append(
        f'</span><span class="cr-guess-number {ONLY_ALIVE}">'
        f'<input type="text" inputmode="{keys}" autocomplete="off" aria-label="{words["yours"]}">'
        f'<input type="range" {scale} value="{low:g}" aria-label="{words["on_scale"]}">'
        "</span></li>\n"
    )


def step(facts):
    """Of a slider: about a hundredth of the range, and a round number."""
    width = facts["high"] - facts["low"]
    rough = 10 ** len(str(int(width))) if width >= 1 else 1.0
    while rough > width / 50:
        rough /= 10
    return rough


def visit_ready(translator, node):
    translator.body.append(f'<cr-guess-ready guess="{node["guess"]}"></cr-guess-ready>\n')
    raise nodes.SkipNode


def visit_place(translator, node):
    translator.body.append(
        f'<cr-guessed class="d-print-none" guess="{node["guess"]}"></cr-guessed>\n'
    )
    raise nodes.SkipNode


def add_script(app, page, template, context, doctree):
    """Link the script on pages with a guess, with its words; see layout.html."""
    if doctree is not None and next(iter(doctree.findall(GuessForm)), None):
        context["guess_words"] = json.dumps(SCRIPT_WORDS[app.config.language], ensure_ascii=False)
        context["guess_page"] = page.removeprefix("book/")


def setup(app):
    for node, visit, depart in (
        (GuessForm, visit_form, depart_form),
        (GuessQuestion, visit_question, depart_question),
        (GuessOption, visit_option, depart_option),
        (GuessNumber, visit_number, depart_number),
        (GuessReady, visit_ready, None),
        (GuessPlace, visit_place, None),
    ):
        app.add_node(node, html=(visit, depart))
    app.connect("doctree-read", make_forms)
    app.connect("doctree-resolved", add_folds)
    app.connect("html-page-context", add_script)
    # Higher when the nodes get other attributes: then pages are read again.
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
