"""Formulas as the search shows them: the text must have the formula's value."""

import cmath
import random
import re

import pytest
from built import PAGES, read

from chainrule_site.plain_formulas import UnknownCommandError, plain_formula

TABLE = [
    # Fractions: the bracket goes round what would lose its part.
    (r"\tfrac12", "1/2"),
    (r"\frac{p}{1-p}", "p/(1−p)"),
    (r"\frac{a + b}{2}", "(a + b)/2"),
    (r"\frac{1}{2a}", "1/(2a)"),
    (r"\frac{2a}{N}", "2a/N"),
    (r"\frac{\frac ab}{c+d}", "(a/b)/(c+d)"),
    (r"\frac{a}{\frac{b}{c}}", "a/(b/c)"),
    (r"\frac{-1}{x}", "−1/x"),
    (r"1 - \frac{-1}{x}", "1 − (−1/x)"),
    (r"\frac{a}{(b)(c)}", "a/((b)(c))"),
    (r"\frac{(a)+(b)}{c}", "((a)+(b))/c"),
    (r"\frac{|a - n|}{\max\left(|a|,\;|n|\right)}", "|a − n|/max(|a|, |n|)"),
    (r"\frac{\sum_i x_i}{N}", "(Σ_i x_i)/N"),
    (r"\frac{\log x}{2}", "(log x)/2"),
    (r"\Big(\frac14\Big)^d", "(1/4)^d"),
    (r"{\frac ab}^2", "(a/b)²"),
    (r"\frac{h^2}{2}\,f''(x)", "h²/2·f''(x)"),
    (r"\frac{h}{2}|f|", "h/2·|f|"),
    (r"2\frac13", "2·1/3"),
    (r"\log\frac{a}{b}", "log (a/b)"),
    (r"1/\frac{a}{b}", "1/(a/b)"),
    (r"\frac13\text{ if }", "1/3 if"),
    (r"\frac13\text{loss}", "1/3·loss"),
    (r"\frac{1}{\text{all rows}}", "1/(all rows)"),
    (r"\frac{\text{rows}}{\text{all}}", "rows/all"),
    (r"\frac{1}{\mathbf{a+b}} + \mathbf{a+b}^2 + \mathbf{ab}", "1/(a+b) + (a+b)² + ab"),
    (r"\frac{p(x|y)+1}{p(x|y)q}", "(p(x | y)+1)/(p(x | y)q)"),
    (r"\frac{|a|b}{|a||b|}", "|a|b/(|a||b|)"),
    (r"\big|\|a\|^2 - |b|\big|^3", "|‖a‖² − |b||³"),
    (r"\|g\|\,\|\Delta\|\cos\varphi", "‖g‖ ‖Δ‖ cos φ"),
    (r"p(x|y)\,|z|", "p(x | y) |z|"),
    # Derivatives.
    (r"\frac{\partial L}{\partial W}", "∂L/∂W"),
    (r"\frac{\partial L}{\partial x_{ij}}\frac{\partial y}{\partial z}", "∂L/∂x_ij·∂y/∂z"),
    (r"\frac{d}{dx} f(x) = \frac{df}{dx}", "d/dx f(x) = df/dx"),
    (r"\partial\frac ab", "∂(a/b)"),
    (r"\Delta w_1", "Δw_1"),
    # Roots, powers, subscripts.
    (r"\sqrt{a+b}", "√(a+b)"),
    (r"\sqrt2", "√2"),
    (r"\sqrt{12}", "√12"),
    (r"\sqrt{x_i}", "√(x_i)"),
    (r"\sqrt{2}x", "√2·x"),
    (r"\sqrt[3]{x}", "³√x"),
    (r"\sqrt{x}^2", "(√x)²"),
    (r"x^{a+b}", "x^(a+b)"),
    (r"x^2 + 10^{-12}", "x² + 10⁻¹²"),
    (r"e^xy + e^{xy}", "e^x y + e^(xy)"),
    (r"e^{-x^2/2}", "e^(−x²/2)"),
    (r"a^{(k)}", "a^(k)"),
    (r"a^{(k)(l)}", "a^((k)(l))"),
    (r"{a+b}^2", "(a+b)²"),
    (r"\frac{1}{12}", "1/12"),
    (r"x_{i+1} x_{ij} x_{n_k} W_{:,j}", "x_(i+1) x_ij x_(n_k) W_(:,j)"),
    (r"g_{11}w_{12}", "g_11 w_12"),
    (r"W^\top X^{\mathsf T}", "Wᵀ Xᵀ"),
    (r"f'(x)", "f'(x)"),
    (r"0.25x", "0.25x"),
    # Functions and what goes over all of something.
    (r"\ln 4", "ln 4"),
    (r"\log x\exp(y)", "log x exp(y)"),
    (r"\operatorname{argmax} x", "argmax x"),
    (r"\operatorname*{argmax}_k y_k", "argmax_k y_k"),
    (r"\mathrm{softmax}(x)", "softmax(x)"),
    (r"\sum_{n=1}^{2} x_n", "Σ_(n=1)^2 x_n"),
    (r"\sum\nolimits_i^N x_i", "Σ_i^N x_i"),
    (r"\int_0^\infty e^{-x}\,dx", "∫_0^∞ e^(−x) dx"),
    (r"\lim_{h\to 0}\frac{h}{h}", "lim_(h→0) h/h"),
    (r"\binom{n}{k}", "C(n, k)"),
    # Signs and spaces.
    (r"\hat{x}_i = \gamma", "x̂_i = γ"),
    (r"\hat{a}", "\u00e2"),  # one sign where Unicode has one, as a keyboard makes it
    (r"d\hat x\,\hat y", "dx̂ ŷ"),
    (r"\hat{ab}", "hat(ab)"),
    (r"1-\mu + \mu^2", "1−μ + μ²"),
    (r"a\cdot b", "a·b"),
    (r"x\in\mathbb R", "x ∈ R"),
    (r"\lambda \to \infty", "λ → ∞"),
    (r"\alpha*\beta", "α*β"),
    (r"t \in \{0, 1\}", "t ∈ {0, 1}"),
    (r"\lVert x\rVert \|y\| \lvert z\rvert", "‖x‖ ‖y‖ |z|"),
    (r"\left.x\right|_0", "x|_0"),
    (r"-x = -(-y)", "−x = −(−y)"),
    (r"a \quad - b", "a − b"),
    (r"a = b \qquad c = d", "a = b; c = d"),
    (r"a = b, \qquad c = d", "a = b, c = d"),
    (r"a = b \quad\text{and}\quad\quad c = d", "a = b and c = d"),
    (r"a \quad\Longrightarrow\quad b", "a ⇒ b"),
    (r"x\text{ if $x > 0$,}", "x if x > 0,"),
    (r"\text{a\_b}\%", "a_b%"),
    (r"x\!y\phantom{z}", "xy"),
    # Notes and frames.
    (r"\boxed{\;y = x\;}", "y = x"),
    (r"\underbrace{a+b}_{\text{kept}}", "(a+b){kept}"),
    (r"\overbrace{(a+b)}^{\text{kept}}", "(a+b){kept}"),
    (r"\underbrace{a}", "a{}"),
    (r"\underset{(N,\,M)}{Y}", "Y{N, M}"),
    (r"y\xrightarrow{h\to 0}z \xrightarrow{} w", "y →{h→0} z → w"),
    (r"\sum_{\substack{i\\j}} x", "Σ_(i;j) x"),
    # Environments.
    (r"\begin{pmatrix}1&2\\3&4\\\end{pmatrix}^2", "(1, 2; 3, 4)²"),
    (r"\begin{bmatrix}1\\[4pt]3\end{bmatrix}", "[1; 3]"),
    (r"\left(\begin{array}{cc}1&2\end{array}\right)", "(1, 2)"),
    (r"\begin{cases} x & \text{if } x > 0,\\ 0 & \text{else.}\end{cases}", "{x if x > 0; 0 else}"),
    (r"\begin{aligned} y &= x \\ &= 2 \end{aligned}", "y = x = 2"),
    (r"\begin{aligned} y &= x \\ z &= 2 \end{aligned}", "y = x; z = 2"),
    (r"\begin{aligned} y &= x, \\ z &= {}& a \\ &+ b \end{aligned}", "y = x, z = a + b"),
    ("", ""),
]


@pytest.mark.parametrize(("latex", "plain"), TABLE, ids=[latex for latex, _ in TABLE])
def test_a_formula_is_written_as_one_would_type_it(latex, plain):
    assert plain_formula(latex) == plain


# --- The value stays the same ---------------------------------------------------------------------

VALUES = {"a": 0.7, "b": 1.3, "c": 2.1, "x": 0.4}
# TeX needs brackets around a sum that is multiplied; the rest it says by place and size.
KINDS = {
    "({one} + {two})": lambda one, two: one + two,
    r"\big({one}-{two}\big)": lambda one, two: one - two,
    r"{one}\cdot {two}": lambda one, two: one * two,
    r"\frac{{{one}}}{{{two}}}": lambda one, two: one / two,
    r"\frac{{{one} - {two}}}{{{one}\,\cdot {two}}}": lambda one, two: (one - two) / (one * two),
    r"\frac{{-{one}}}{{-{two} - {one}}}": lambda one, two: one / (two + one),
    r"\left({one}\right)^{{{two}}}": lambda one, two: one**two,
    r"\sqrt{{{one}}}": lambda one, two: cmath.sqrt(one),
    r"\exp\frac{{{one}}}{{{two}}}": lambda one, two: cmath.exp(one / two),
}


def some_formula(rng, depth):
    """(TeX, value) of a formula made by chance."""
    if depth == 0:
        name = rng.choice("abcx")
        return name, VALUES[name]
    (one, first), (two, second) = (some_formula(rng, rng.randrange(depth)) for _ in range(2))
    pattern = rng.choice(list(KINDS))
    return pattern.format(one=one, two=two), KINDS[pattern](first, second)


def value(text):
    """The value of a plain formula: × before +, from left to right."""
    text = text.replace("−", "-").replace("·", "*").replace("^", "**")
    text = re.sub(r"√(\w)", r"√(\1)", text).replace("√", "sqrt").replace("exp ", "exp")
    return eval(text, {"sqrt": cmath.sqrt, "exp": cmath.exp, **VALUES})


def test_no_formula_changes_its_value():
    rng, tried = random.Random(0), set()
    while len(tried) < 1000:
        try:
            latex, wanted = some_formula(rng, 4)
        except (ZeroDivisionError, OverflowError):
            continue
        text = plain_formula(latex)
        assert value(text) == pytest.approx(wanted, rel=1e-9), (latex, text)
        tried.add(latex)


# --- All formulas of the book ---------------------------------------------------------------------


def formulas(page):
    """The TeX of a page's formulas, without the punctuation that the build puts into them."""
    found = [note.get_text() for note in read(page).select("annotation")]
    return [re.sub(r"\\text\{[,.;:!?)]+\}$", "", latex) for latex in found]


def open_in(text, pair):
    """How many more brackets a text opens than it closes."""
    return text.count(pair[0]) - text.count(pair[1])


def test_every_formula_of_the_book_becomes_text():
    """With its words; without a command; as many brackets are closed as before."""
    all_formulas = sorted({latex for page in PAGES for latex in formulas(page)})
    assert len(all_formulas) > 1500
    for latex in all_formulas:
        text = plain_formula(latex)
        assert text and not re.search(r"[\\$&]", text), (latex, text)
        assert open_in(text, "()") == open_in(latex, "()"), (latex, text)  # [0, 1) opens none
        assert open_in(text, "{}") == 0, (latex, text)
        for words in re.findall(r"\\text\{([^{}]+)\}", latex):
            assert " ".join(words.strip(" ,.;:").split()) in text, (latex, text)


# --- What is not known ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "command"),
    [
        (r"x + \unheard{y}", r"\unheard"),
        (r"\frac{1}{\hatt x}", r"\hatt"),
        (r"\text{if $\unheard x$}", r"\unheard"),
        (r"\begin{picture}x\end{picture}", r"\begin{picture}"),
        (r"\begin{cases}x & \unheard\end{cases}", r"\unheard"),
        (r"x \@ y", r"\@"),
    ],
)
def test_an_unknown_command_is_refused_by_name(latex, command):
    with pytest.raises(UnknownCommandError) as refusal:
        plain_formula(latex)
    assert str(refusal.value).startswith(f"{command} in the formula ")
    assert str(refusal.value).endswith(latex)
