"""Other answers than those that the exercises foresee, from right_answers/CHAPTER.py:

- RIGHT: {exercise: [answers]}, at least two other right ones of each, written independently;
- EQUIVALENT: {exercise: {mutant: reason}}, mutants of the right answer that are right as well;
- WRONG: {exercise: [answers]}, wrong algorithms beside those that the exercise foresees.
"""

import importlib.util
from pathlib import Path

FOLDER = Path(__file__).parent / "right_answers"


def read(path):
    spec = importlib.util.spec_from_file_location(f"right_answers_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MODULES = {path.stem: read(path) for path in sorted(FOLDER.glob("*.py"))}


def table(kind):
    """{"chapter.exercise": what the chapter's module says of it}."""
    return {
        f"{chapter}.{exercise}": entry
        for chapter, module in MODULES.items()
        for exercise, entry in getattr(module, kind, {}).items()
    }


RIGHT, WRONG, EQUIVALENT = table("RIGHT"), table("WRONG"), table("EQUIVALENT")
