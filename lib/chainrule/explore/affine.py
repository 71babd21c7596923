"""The affine layer in the plane: what W does to points, and Wᵀ to a gradient."""

import numpy as np

from chainrule.drawing.figures import BLUE, GREY, INK, ORANGE, figure, show
from chainrule.explore._explorable import Explorable, Reals, Square, module
from chainrule.layers import Affine

LIMIT = 3

WORDS = {
    "en": {
        "caption": "First the plane of the inputs, then that of the outputs y = xW (a bias would "
        "only shift it). The square becomes a slanted one: the first row of W is where the arrow "
        "(1, 0) goes, the second row (dashed) where (0, 1) goes. Along each thin orange line the "
        "loss stays the same; from one to the next it grows by 2. W carries the lines of the "
        "first plane onto those of the second. Across them stand dx = dy Wᵀ, and dy.",
        "inputs": "The plane of x, with the gradient dx that comes back. Drag the point.",
        "outputs": "The plane of y, with the gradient dy that arrives. Drag the arrows' ends.",
        "x_plane": "x",
        "y_plane": "y = xW",
        "W": "W, two rows of two",
        "field": "W, row {i}, column {j}",
        "x1": "x₁ =",
        "x2": "x₂ =",
        "dy1": "dy₁ =",
        "dy2": "dy₂ =",
        "make": "Let W",
        "turn": "turn",
        "turn_note": "A rotation by 53°. Its transpose turns back by as much, so dx is dy turned "
        "back: here, and only for rotations and flips, Wᵀ is the inverse of W.",
        "stretch": "stretch",
        "stretch_note": "The first direction doubles, the second halves. So dx₁ is twice dy₁, and "
        "dx₂ half of dy₂: a number that counts twice in y counts twice in the loss. The inverse "
        "would do the opposite.",
        "shear": "shear",
        "shear_note": "y₁ takes something of x₂. So some of dy₁ goes back to x₂.",
        "flatten": "flatten",
        "flatten_note": "All of the plane falls onto one line. Turn dy as you like: dx stays on a "
        "line of its own, and a dy across the line of y brings back nothing at all.",
        "y_is": "y = xW = ({x1}·{w11} + {x2}·{w21}, {x1}·{w12} + {x2}·{w22}) = ({y1}, {y2})",
        "dx_is": "dx = dy Wᵀ = ({dy1}·{w11} + {dy2}·{w12}, {dy1}·{w21} + {dy2}·{w22}) = "
        "({dx1}, {dx2})",
        "step_stretch": "Press “stretch”. It doubles the first direction. What will dx₁ be: twice "
        "dy₁, or half of it?",
        "done_stretch": "Twice. A step of x₁ now counts twice in y, so along x₁ the lines of equal "
        "loss are crossed twice as fast as along y₁.",
        "step_against": "Drag the ends of W's two blue arrows until dx points against dy.",
        "done_against": "W has turned the plane over: to make the loss larger, x must now go the "
        "opposite way of y.",
        "step_silent": "Press “flatten”, then turn dy until nothing comes back: dx = (0, 0).",
        "done_silent": "Every y lies on one line, and dy stands across it. No change of x can move "
        "y that way, so there is nothing to tell x.",
    },
    "ko": {
        "caption": "앞은 입력의 평면, 뒤는 출력 y = xW의 평면이다(편향은 이 평면을 옮기기만 "
        "한다). 정사각형은 기울어진 사각형이 된다. 화살표 (1, 0)이 가는 곳이 W의 1행이고, (0, "
        "1)이 가는 곳이 2행(파선)이다. 가는 주황색 선 하나를 따라가면 손실이 같고, 다음 선으로 "
        "넘어갈 때마다 2씩 커진다. W는 첫째 평면의 선을 둘째 평면의 선으로 옮긴다. 선에 수직으로 "
        "선 화살표가 dx = dy Wᵀ와 dy이다.",
        "inputs": "x의 평면과, 돌아온 기울기 dx. 점을 끌어 보세요.",
        "outputs": "y의 평면과, 도착한 기울기 dy. 화살표 끝을 끌어 보세요.",
        "x_plane": "x",
        "y_plane": "y = xW",
        "W": "W, 2행 2열",
        "field": "W, {i}행 {j}열",
        "x1": "x₁ =",
        "x2": "x₂ =",
        "dy1": "dy₁ =",
        "dy2": "dy₂ =",
        "make": "W로",
        "turn": "돌리기",
        "turn_note": "53도 회전입니다. 전치는 꼭 그만큼 되돌리므로 dx는 dy를 되돌린 화살표입니다. "
        "여기서는, 그리고 회전과 뒤집기에서만, Wᵀ가 W의 역행렬입니다.",
        "stretch": "늘이기",
        "stretch_note": "첫째 방향은 두 배, 둘째 방향은 반이 됩니다. 그래서 dx₁은 dy₁의 두 배, "
        "dx₂는 dy₂의 반입니다. y를 두 배로 움직이는 수는 손실도 두 배로 움직입니다. "
        "역행렬이라면 거꾸로였을 것입니다.",
        "shear": "기울이기",
        "shear_note": "y₁이 x₂를 조금 받습니다. 그래서 dy₁의 일부가 x₂로 돌아갑니다.",
        "flatten": "납작하게",
        "flatten_note": "평면 전체가 직선 하나로 납작해집니다. dy를 아무리 돌려도 dx는 제 직선을 "
        "벗어나지 않고, y의 직선에 수직인 dy에서는 아무것도 돌아오지 않습니다.",
        "y_is": "y = xW = ({x1}·{w11} + {x2}·{w21}, {x1}·{w12} + {x2}·{w22}) = ({y1}, {y2})",
        "dx_is": "dx = dy Wᵀ = ({dy1}·{w11} + {dy2}·{w12}, {dy1}·{w21} + {dy2}·{w22}) = ({dx1}, "
        "{dx2})",
        "step_stretch": "“늘이기”를 누르세요. 첫째 방향이 두 배가 됩니다. dx₁은 dy₁의 두 배일까요, "
        "반일까요?",
        "done_stretch": "두 배입니다. 이제 x₁의 한 걸음이 y에서 두 걸음이므로, x₁ 방향으로 가면 "
        "y₁ 방향으로 갈 때보다 손실이 같은 선을 두 배 빠르게 넘습니다.",
        "step_against": "W의 파란 화살표 두 개의 끝을 끌어, dx가 dy와 맞서는 방향을 가리키게 해 "
        "보세요.",
        "done_against": "W가 평면을 뒤집었습니다. 손실을 키우려면 이제 x는 y와 반대로 가야 합니다.",
        "step_silent": "“납작하게”를 누른 다음, 아무것도 돌아오지 않을 때까지, 곧 dx = (0, 0)이 "
        "될 때까지 dy를 돌려 보세요.",
        "done_silent": "y는 모두 한 직선 위에 있고 dy는 그 직선에 수직입니다. x를 어떻게 바꾸어도 "
        "y를 그쪽으로 움직일 수 없으니, x에 전할 것이 없습니다.",
    },
}


class AffineMap(Explorable):
    """The widget that `affine` returns."""

    _esm = module("affine.js")
    W = Square(2, -LIMIT, LIMIT)
    x = Reals(-LIMIT, LIMIT, 2, 2)
    dy = Reals(-LIMIT, LIMIT, 2, 2)

    def still(self):
        W = np.array(self.W, dtype=float)
        layer = Affine(W, np.zeros(2))
        y = layer.forward(np.array([self.x]))[0]
        dy = np.array(self.dy)
        dx = layer.backward(dy[None])[0]
        lines = [np.array([[i, -3.0], [i, 3.0]]) for i in range(-3, 4)]
        lines += [line[:, ::-1] for line in lines]
        fig, axes = figure(6.4, 3.2, 1, 2)
        for ax, to, point, gradient, title in [
            (axes[0], lambda p: p, np.array(self.x), dx, "x"),
            (axes[1], lambda p: p @ W, y, dy, "y"),
        ]:
            for line in lines:
                ax.plot(*to(line).T, color=GREY, linestyle="-", linewidth=0.7)
            across, along = np.meshgrid(*[np.linspace(-3, 3, 2)] * 2)
            corners = np.stack([across, along], axis=-1)
            losses = (corners - self.x) @ dx
            if dx.any():  # lines of equal loss
                values = np.arange(np.ceil(losses.min() / 2), losses.max() / 2) * 2
                at = np.moveaxis(to(corners), -1, 0)
                ax.contour(*at, losses, values, colors=ORANGE, linewidths=0.8, linestyles=":")
            for end in np.eye(2):
                start = to(np.zeros(2))
                look = {"arrowstyle": "-|>", "color": BLUE, "linewidth": 2, "shrinkB": 0}
                ax.annotate("", to(end), start, arrowprops=look)
            ax.plot(*point, "o", color=INK)
            look = {"arrowstyle": "-|>", "color": ORANGE, "linewidth": 2, "linestyle": "--"}
            ax.annotate("", point + gradient, point, arrowprops=look)
            ax.set(xlim=(-6, 6), ylim=(-6, 6), aspect="equal", title=title, xticks=[], yticks=[])
        return show(
            fig,
            alt=f"Left, a square grid with the point ({self.x[0]:g}, {self.x[1]:g}), the gradient "
            f"({dx[0]:g}, {dx[1]:g}) that comes back and lines of equal loss across it. Right, the "
            f"grid and the lines after W, slanted, with the point ({y[0]:g}, {y[1]:g}) and the "
            f"gradient ({dy[0]:g}, {dy[1]:g}) that arrives.",
        )


def affine(W=((2, 1), (-1, 1)), x=(1, 1), dy=(1, 2)):
    """The explorable of chapter "The affine layer": W maps points, Wᵀ maps gradients back.

    Parameters
    ----------
    W : array of shape (2, 2)
        Weights at the start, in −3 … 3.
    x, dy : arrays of shape (2,)
        Input and upstream gradient at the start, in −3 … 3.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For another shape, or numbers out of range.
    """
    return AffineMap(W=[list(row) for row in W], x=list(x), dy=list(dy), words=WORDS)
