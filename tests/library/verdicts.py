"""The verdict on every known answer to every exercise, as JSON: `python tests/library/verdicts.py`.

It needs the library and its packages only, so that Pyodide can run it, too.
"""

import json
import warnings

import numpy as np
from odd_answers import ZOO
from other_answers import RIGHT, WRONG

from chainrule.exercises import verdict
from chainrule_dev.exercises import ALL


def answers(name):
    """{kind and number: answer} of an exercise."""
    exercise = ALL[name]
    found = {"right": exercise.right}
    found |= {f"foreseen {n}": answer for n, (answer, _) in enumerate(exercise.wrong)}
    found |= {f"right too {n}": answer for n, answer in enumerate(RIGHT.get(name, ()))}
    found |= {f"wrong too {n}": answer for n, answer in enumerate(WRONG.get(name, ()))}
    return found | {f"odd: {odd}": answer for odd, answer in ZOO.items()}


def verdicts():
    """{exercise: {kind and number: verdict}}."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return {
            name: {kind: verdict(ALL[name], answer) for kind, answer in answers(name).items()}
            for name in ALL
        }


if __name__ == "__main__":
    print(json.dumps(verdicts()))
