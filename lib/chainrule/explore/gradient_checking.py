"""Gradient checking: the step h against the error of the difference quotient, in two precisions."""

import numpy as np

from chainrule.drawing.figures import BLUE, GREY, INK, ORANGE, figure, show
from chainrule.explore._explorable import Explorable, OneOf, Real, Whole, module

# Only + − × ÷, which every machine rounds in the same way.
FUNCTIONS = {
    "cube": (lambda x: x * x * x, lambda x: 3 * x * x),
    "bell": (lambda x: 1 / (1 + x * x), lambda x: -2 * x / ((1 + x * x) * (1 + x * x))),
    "kink": (abs, lambda x: 1.0),
}
PRECISIONS = {"float64": np.float64, "float32": np.float32}

WORDS = {
    "en": {
        "caption": "The relative error of the derivative that two function values give, against "
        "the step h between them. Both axes are logarithmic. Solid: the central difference; "
        "dashed: the forward difference. Dotted: what the formula makes of the two errors, the "
        "step's own (rising to the right) and that of rounding (rising to the left).",
        "picture": "The error of the difference quotient against the step h, both logarithmic.",
        "function": "f(x) =",
        "cube": "x³",
        "bell": "1 / (1 + x²)",
        "kink": "|x|",
        "scheme": "Difference",
        "central": "central",
        "forward": "forward",
        "precision": "Numbers",
        "float64": "float64",
        "float32": "float32",
        "x": "x =",
        "h": "Step, h =",
        "error": "relative error",
        "step": "h",
        "take": "Take",
        "large": "a large step",
        "large_note": "The curve bends between the two points. Halve h and the central error falls "
        "to a quarter: that is steepness 2.",
        "best": "the best step",
        "best_note": "The two arms meet near here. The library's own step, 1e-5, is as good.",
        "small": "a tiny step",
        "small_note": "The two values agree in all but their last few digits. Those few are all "
        "that is left of the difference, and they, too, are rounded.",
        "single": "1e-5 in float32",
        "single_note": "The library's step, with half the digits: nearly nothing is left. This is "
        "why a check computes in float64.",
        "central_is": "difference / 2h = {difference} / {span} = {quotient}, and the derivative is "
        "{slope}",
        "forward_is": "difference / h = {difference} / {span} = {quotient}, and the derivative is "
        "{slope}",
        "good": "● The error is {error}: about {digits} digits are right.",
        "exact": "● The error is 0: every digit is right.",
        "bad": "▲ The error is {error}: not one digit is right.",
        "above": "f(x + h) = ",
        "below": "f(x − h) = ",
        "here": "f(x) = ",
        "step_best": "Stay with x³, and drag the dot to the left. Does the error go on falling? "
        "Find the smallest.",
        "done_best": "It turns round near here. To the right the step's own error is the larger "
        "one, to the left that of rounding.",
        "step_tiny": "Go on to a step of 1e-12 or less, and watch the underlined digits.",
        "done_tiny": "The underlined digits are all that survives the subtraction, and they are "
        "rounded as well. So the error has risen.",
        "step_forward": "Choose the forward difference. Where is its best step?",
        "done_forward": "Its valley is less deep, and further to the left: its own error falls "
        "only as fast as h, so rounding has to be paid for earlier.",
        "step_single": "Choose float32 and the central difference, with the step 1e-5 that the "
        "library takes. How many digits are right?",
        "done_single": "About two. A step that is good in float64 is far too small here.",
        "step_kink": "Choose |x|, and make the step larger than x, which is 0.5 now. What happens?",
        "done_kink": "One of the two points lies beyond the kink, and the quotient is x/h, not 1.",
        "lost": "underlined: where the two differ",
    },
    "ko": {
        "caption": "두 함숫값으로 얻은 미분계수의 상대 오차를, 두 점의 간격 h에 따라 그렸다. 두 "
        "축 모두 로그 눈금이다. 실선은 중앙 차분, 파선은 전방 차분. 점선은 두 오차를 공식으로 "
        "구한 것이다. 간격 자체의 오차는 오른쪽으로 올라가고 반올림 오차는 왼쪽으로 올라간다.",
        "picture": "간격 h에 따른 차분몫의 오차. 둘 다 로그 눈금.",
        "function": "f(x) =",
        "cube": "x³",
        "bell": "1 / (1 + x²)",
        "kink": "|x|",
        "scheme": "차분",
        "central": "중앙",
        "forward": "전방",
        "precision": "수의 형식",
        "float64": "float64",
        "float32": "float32",
        "x": "x =",
        "h": "간격, h =",
        "error": "상대 오차",
        "step": "h",
        "take": "간격은",
        "large": "크게",
        "large_note": "두 점 사이에서 곡선이 휩니다. h를 반으로 줄이면 중앙 차분의 오차는 4분의 "
        "1로 줄어듭니다. 가파르기가 2라는 뜻입니다.",
        "best": "가장 좋게",
        "best_note": "두 팔은 이 근처에서 만납니다. 라이브러리가 쓰는 간격 1e-5도 이만큼 좋습니다.",
        "small": "아주 작게",
        "small_note": "두 값은 마지막 몇 자리만 빼고 모두 같습니다. 차이에는 그 몇 자리만 남고, "
        "그 숫자마저 반올림한 것입니다.",
        "single": "float32로 1e-5",
        "single_note": "라이브러리의 간격 그대로, 자릿수는 절반입니다. 남는 것이 거의 없습니다. "
        "그래서 확인은 float64로 계산합니다.",
        "central_is": "차이 / 2h = {difference} / {span} = {quotient}, 진짜 미분계수는 {slope}",
        "forward_is": "차이 / h = {difference} / {span} = {quotient}, 진짜 미분계수는 {slope}",
        "good": "● 오차는 {error}. 약 {digits}자리가 맞습니다.",
        "exact": "● 오차는 0. 모든 자리가 맞습니다.",
        "bad": "▲ 오차는 {error}. 한 자리도 맞지 않습니다.",
        "above": "f(x + h) = ",
        "below": "f(x − h) = ",
        "here": "f(x) = ",
        "step_best": "x³ 그대로, 점을 왼쪽으로 끌어 보세요. 오차는 계속 줄어들까요? 가장 작은 "
        "곳을 찾아보세요.",
        "done_best": "이 근처에서 방향이 바뀝니다. 오른쪽에서는 간격 자체의 오차가 더 크고, "
        "왼쪽에서는 반올림 오차가 더 큽니다.",
        "step_tiny": "1e-12나 그보다 작은 간격까지 계속 가면서 밑줄 친 숫자를 보세요.",
        "done_tiny": "뺄셈에서 살아남는 것은 밑줄 친 숫자뿐이고, 그 숫자마저 반올림한 것입니다. "
        "그래서 오차가 커졌습니다.",
        "step_forward": "전방 차분을 고르세요. 가장 좋은 간격은 어디인가요?",
        "done_forward": "골짜기가 덜 깊고 더 왼쪽에 있습니다. 전방 차분 자체의 오차는 h만큼만 "
        "빠르게 줄어드니, 반올림의 대가를 더 일찍 치릅니다.",
        "step_single": "float32와 중앙 차분을 고르고, 간격은 라이브러리가 쓰는 1e-5로 하세요. 몇 "
        "자리가 맞나요?",
        "done_single": "두 자리쯤 맞습니다. float64에서 좋은 간격이 여기서는 너무 작습니다.",
        "step_kink": "|x|를 고르고 간격을 x보다, 곧 지금의 0.5보다 크게 하세요. 어떻게 되나요?",
        "done_kink": "두 점 가운데 하나가 꺾인 점 너머에 있고, 몫은 1이 아니라 x/h입니다.",
        "lost": "밑줄: 둘이 서로 다른 자리",
    },
}


class GradientChecking(Explorable):
    """The widget that `gradient_checking` returns."""

    _esm = module("gradient_checking.js")
    function = OneOf(*FUNCTIONS)
    scheme = OneOf("central", "forward")
    precision = OneOf(*PRECISIONS)
    x = Real(0.1, 3)
    h = Whole(0, 45)

    def still(self):
        fig, ax = figure(6.4, 3.4)
        steps = [step(position) for position in range(46)]
        for scheme, color, line in [("central", BLUE, "-"), ("forward", ORANGE, "--")]:
            errors = [quotient(self.function, scheme, self.precision, self.x, h)[1] for h in steps]
            ax.loglog(steps, np.maximum(errors, 1e-16), color=color, linestyle=line, label=scheme)
        h = step(self.h)
        found, error = quotient(self.function, self.scheme, self.precision, self.x, h)
        ax.loglog([h], [max(error, 1e-16)], "o", color=INK)
        ax.axvline(h, color=GREY, linestyle=":")
        ax.minorticks_off()
        ax.set(xlabel="h", ylim=(1e-16, 10))
        ax.legend(loc="lower left")
        f = WORDS["en"][self.function]
        return show(
            fig,
            alt=f"The relative error of the {self.scheme} difference of {f} at x = {self.x:g} "
            f"in {self.precision} against the step, both axes logarithmic: a V. With "
            f"h = {h:g} the quotient is {found:.6g} and the error {error:.1e}.",
        )


def step(position):
    """The step h at a position of the slider: 1e-15, 2e-15, 5e-15, 1e-14, … up to 1."""
    decade, third = divmod(position, 3)
    return float(f"{(1, 2, 5)[third]}e{decade - 15}")


def quotient(function, scheme, precision, x, h):
    """The difference quotient, computed in the given precision, and its relative error."""
    f, slope = FUNCTIONS[function]
    number = PRECISIONS[precision]
    at, by, two = number(x), number(h), number(2)
    if scheme == "central":
        found = (f(at + by) - f(at - by)) / (two * by)
    else:
        found = (f(at + by) - f(at)) / by
    return float(found), abs(float(found) - slope(x)) / abs(slope(x))


def gradient_checking(x=1.3):
    """The explorable of chapter "Gradient checking": how small should the step be?

    Parameters
    ----------
    x : float
        Where the derivative is taken at the start, in 0.1 … 3.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For an x out of range.
    """
    return GradientChecking(x=x, h=39, words=WORDS)
