"""All exercises of the book, and all their known wrong answers."""

import importlib
import pkgutil

from chainrule import exercises
from chainrule.exercises import Exercise

MODULES = [module.name for module in pkgutil.iter_modules(exercises.__path__)]
CHAPTERS = [name for name in MODULES if not name.startswith("_")]
ALL = {
    f"{chapter}.{name}": exercise
    for chapter in CHAPTERS
    for name, exercise in vars(importlib.import_module(f"{exercises.__name__}.{chapter}")).items()
    if isinstance(exercise, Exercise)
}
WRONG = [(name, diagnosis) for name, exercise in ALL.items() for _, diagnosis in exercise.wrong]
