"""Training: what the learning rate and the batch size do to the loss, on the digits."""

import numpy as np
import traitlets

from chainrule.drawing.figures import BLUE, GREY, figure, show
from chainrule.explore._explorable import Explorable, OneOf, Whole, module
from chainrule.explore._training_runs import (
    BATCHES,
    DECIDING,
    EPOCHS,
    EVERY,
    HIDDEN,
    RATES,
    STEPS,
    TRAINED,
    load,
)

TICKS = 20  # of the playback: an epoch or 50 steps each

WORDS = {
    "en": {
        "caption": "Above: the loss on the 1,137 training digits while the chapter's network (64, "
        "50 and 10 numbers) learns by plain SGD, on a logarithmic scale; the thin lines are the "
        "same with other batch sizes or rates, which stand at their ends. All 65 runs begin with "
        "the same weights. Below: what percentage of the 300 validation digits each pair reads "
        "rightly in the end. The frame is where you are; click a square to go there.",
        "rate": "Learning rate, η =",
        "batch": "Images a batch, B =",
        "all": "1,137 (all)",
        "way": "Train for",
        "epochs": "20 epochs",
        "steps": "1,000 steps",
        "behind": "Thin lines",
        "batches": "other B",
        "rates": "other η",
        "curves": "The loss on the training digits while the network learns, on a logarithmic "
        "scale.",
        "map": "The percentage of the validation digits that each learning rate, from left to "
        "right, and each batch size, from top to bottom, reads rightly in the end.",
        "loss": "L",
        "guessing": "guessing: L = 2.3",
        "epochs_axis": "epochs",
        "steps_axis": "steps",
        "percent": "{n} %",
        "map_head": "% of the validation digits right",
        "map_later": "not known before the end",
        "broken": "▲ It breaks: L ends at {last}, and {asleep} of 50 hidden units sleep for every "
        "training digit. {right} % of the validation digits are right.",
        "slow": "▼ It is slow: L is still {last} after {end}, and {right} % of the validation "
        "digits are right.",
        "restless": "◆ It is restless: L went up {rises} times of {times}. In the end {right} % of "
        "the validation digits are right.",
        "learns": "● It learns: L is {last} after {end}, and {right} % of the validation digits "
        "are right.",
        "work_epochs": "20 epochs of {per} steps: {steps} steps of {batch} images, 22,740 images "
        "in all.",
        "work_steps": "1,000 steps of {batch} images: {epochs} epochs, {images} images in all.",
        "losses": "L went from {first} to {last}. Of {times} measurements the lowest is {lowest}, "
        "and {rises} are higher than the one before.",
        "until": "Played",
        "back": "Back",
        "forward": "On",
        "play": "Play",
        "pause": "Pause",
        "step_play": "Let it play to the end: the network learns with 16 images a batch, and the "
        "thin lines with it. Why does the curve jump?",
        "done_play": "An epoch has 72 steps. For the last of them one image is left over, and each "
        "jump of L is its work.",
        "step_more": "Take 256 images instead of 16: the same rate, the same 20 epochs. A guess "
        "first: will L end lower, the same or higher?",
        "done_more": "Higher, by far. An epoch is now 5 steps instead of 72. Are its steps worse, "
        "or only fewer?",
        "step_count": "So count steps. Train for 1,000 of them, and compare the curve of 256 with "
        "the one of 16.",
        "done_count": "They nearly lie on each other. At this rate a step gains about the same, "
        "whatever the batch; the larger one took 14 times the images for it.",
        "step_scale": "Back to 20 epochs, with 256 images. Find a rate at which more than 95 % of "
        "the validation digits are right.",
        "done_scale": "Ten times the rate. The mean of more images has less noise, and can stand a "
        "longer step.",
        "step_break": "How far does that go? Raise the rate until it breaks.",
        "done_break": "The first steps threw the hidden units so far that most of them are 0 for "
        "every digit. They get no gradient any more, so they stay there.",
        "so_far": "▶ So far: L = {now} after {at} of {end}.",
    },
    "ko": {
        "caption": "위: 이 장의 신경망(수 64개, 50개, 10개)이 보통의 SGD로 배우는 동안 훈련용 숫자 "
        "1,137개에서 잰 손실, 로그 눈금. 가는 선은 배치 크기나 학습률이 다른 기록이고, 그 값을 선 "
        "끝에 적었다. 기록 65개는 모두 같은 가중치에서 시작한다. 아래: 학습률과 배치 크기마다, "
        "끝에 가서 검증용 숫자 300개를 몇 퍼센트나 맞게 읽는지. 테두리가 지금 있는 곳이고, 칸을 "
        "누르면 그리로 간다.",
        "rate": "학습률, η =",
        "batch": "배치의 이미지, B =",
        "all": "1,137(전부)",
        "way": "학습 길이",
        "epochs": "20에폭",
        "steps": "갱신 1,000번",
        "behind": "가는 선",
        "batches": "다른 B",
        "rates": "다른 η",
        "curves": "신경망이 배우는 동안 훈련용 숫자에서 잰 손실, 로그 눈금.",
        "map": "학습률(왼쪽에서 오른쪽으로)과 배치 크기(위에서 아래로)마다, 끝에 가서 검증용 "
        "숫자를 맞게 읽는 백분율.",
        "loss": "L",
        "guessing": "무작정 찍기: L = 2.3",
        "epochs_axis": "에폭",
        "steps_axis": "갱신 횟수",
        "percent": "{n}%",
        "map_head": "검증용 숫자의 정답률(%)",
        "map_later": "끝나기 전에는 모릅니다",
        "broken": "▲ 무너집니다. L이 {last}에서 끝나고, 은닉 뉴런 50개 가운데 {asleep}개가 모든 "
        "훈련용 숫자에서 잠들어 있습니다. 검증용 숫자의 정답률은 {right}%입니다.",
        "slow": "▼ 더딥니다. {end} 뒤에도 L은 아직 {last}이고, 검증용 숫자의 정답률은 "
        "{right}%입니다.",
        "restless": "◆ 들썩입니다. L이 {times}번 가운데 {rises}번 올라갔습니다. 끝에 가서 검증용 "
        "숫자의 정답률은 {right}%입니다.",
        "learns": "● 배웁니다. {end} 뒤에 L은 {last}이고, 검증용 숫자의 정답률은 {right}%입니다.",
        "work_epochs": "20에폭, 에폭마다 갱신 {per}번. 이미지 {batch}장짜리 갱신이 {steps}번, "
        "이미지는 모두 22,740장입니다.",
        "work_steps": "이미지 {batch}장짜리 갱신이 1,000번입니다. {epochs}에폭이고, 이미지는 모두 "
        "{images}장입니다.",
        "losses": "L은 {first}에서 시작해 {last}에서 끝났습니다. {times}번 잰 값 가운데 가장 낮은 "
        "것은 {lowest}이고, 바로 앞보다 높은 것은 {rises}개입니다.",
        "until": "재생한 만큼",
        "back": "뒤로",
        "forward": "앞으로",
        "play": "재생",
        "pause": "멈춤",
        "step_play": "끝까지 재생해 보세요. 신경망이 한 번에 이미지 16장으로 배우고, 가는 선도 "
        "함께 나아갑니다. 곡선은 왜 튈까요?",
        "done_play": "에폭 하나는 갱신 72번입니다. 마지막 갱신에는 이미지가 한 장만 남습니다. L이 "
        "튀는 것은 모두 그 한 장 때문입니다.",
        "step_more": "이미지를 16장 대신 256장으로 해 보세요. 학습률도 같고 20에폭도 같습니다. "
        "먼저 어림해 보세요. L은 더 낮게 끝날까요, 같게 끝날까요, 더 높게 끝날까요?",
        "done_more": "훨씬 높게 끝납니다. 에폭 하나가 이제는 갱신 72번이 아니라 5번입니다. 갱신이 "
        "더 나빠졌을까요, 아니면 줄어들었을 뿐일까요?",
        "step_count": "그러면 갱신 횟수를 세어 봅시다. 1,000번 갱신하게 하고, 256의 곡선과 16의 "
        "곡선을 견주어 보세요.",
        "done_count": "거의 겹칩니다. 이 학습률에서는 배치가 얼마든 갱신 한 번으로 나아가는 만큼이 "
        "비슷합니다. 다만 큰 배치는 이미지를 14배나 썼습니다.",
        "step_scale": "다시 20에폭, 이미지는 256장입니다. 검증용 숫자의 정답률이 95%를 넘는 "
        "학습률을 찾아보세요.",
        "done_scale": "학습률이 10배입니다. 더 많은 이미지를 평균하면 잡음이 적어서 더 긴 걸음을 "
        "견딥니다.",
        "step_break": "어디까지 갈 수 있을까요? 무너질 때까지 학습률을 키워 보세요.",
        "done_break": "처음 몇 번의 갱신에 은닉 뉴런이 너무 멀리 튕겨 나가, 대부분이 모든 숫자에서 "
        "0이 되었습니다. 더는 기울기를 받지 못하니 그 자리에 머뭅니다.",
        "so_far": "▶ 지금은 L = {now}입니다. {end} 가운데 {at}까지 왔습니다.",
    },
}


class Training(Explorable):
    """The widget that `training` returns."""

    _esm = module("training.js")
    runs = traitlets.Dict().tag(sync=True)
    grid = traitlets.Dict().tag(sync=True)
    rate = Whole(0, len(RATES) - 1)
    batch = Whole(0, len(BATCHES) - 1)
    way = OneOf("epochs", "steps")
    behind = OneOf("batches", "rates")
    until = Whole(0, TICKS)  # how far the curves are drawn

    def still(self):
        runs = self.runs[self.way]
        end = self.grid[self.way]
        fig, ax = figure(6.4, 3.4)
        for batch, row in enumerate(runs):
            loss = row[self.rate]["loss"]
            mine = batch == self.batch
            ax.semilogy(
                np.linspace(0, end, len(loss)),
                loss,
                color=BLUE if mine else GREY,
                linewidth=2.2 if mine else 1,
            )
            ax.annotate(
                f"B = {BATCHES[batch]}",
                (end, loss[-1]),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
            )
        ax.set(xlabel=self.way, ylabel="L", xlim=(0, end))
        losses = ", ".join(
            f"{row[self.rate]['loss'][-1]:.2g} with batches of {size}"
            for size, row in zip(BATCHES, runs, strict=True)
        )
        return show(
            fig,
            alt=f"Five curves of the training loss over {end} {self.way} at the learning rate "
            f"{RATES[self.rate]:g}, on a logarithmic scale. They end at {losses}.",
        )


def training(rate=6, batch=1):
    """The explorable of chapter "Training a network": 65 stored training runs.

    Parameters
    ----------
    rate : int
        Position of the learning rate's slider at the start, 0 … 12 for 0.001 … 10.
    batch : int
        Index of the batch size at the start, 0 … 4 for 4, 16, 64, 256 and 1137.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For a position or an index out of range.
    """
    grid = {
        "rates": RATES,
        "batches": BATCHES,
        "epochs": EPOCHS,
        "steps": STEPS,
        "every": EVERY,
        "hidden": HIDDEN,
        "images": TRAINED,
        "deciding": DECIDING,
        "ticks": TICKS,
    }
    return Training(runs=load(), grid=grid, rate=rate, batch=batch, words=WORDS)
