"""Begin a layer, a chapter, an explorable or an exercise: `python tools/new.py KIND NAME`.

It makes the files with all that can be known beforehand, from those in tools/templates, and prints
what CONTRIBUTING.md lists for that kind. Tests fail until the rest is written; each says what to
write and where.
"""

import argparse
import ast
import keyword
import re
import subprocess
import sys
from pathlib import Path
from string import Template

import jupytext
import nbformat

from chainrule_dev.repository import ROOT, setup_cell
from execute_notebooks import normalise

TEMPLATES = Path(__file__).parent / "templates"
CORE = Path("lib/chainrule")


class RefusedError(ValueError):
    """What was asked for cannot be made; the message is for who asked."""


# --- Each kind: a function that returns {path: text}, and writes nothing ------------------------


def layer(name, root=ROOT):
    """A class in layers.py, and its name in the package."""
    require_style("layer", name, r"[A-Z][A-Za-z0-9]+", "LeakyReLU")
    for path in sorted((root / CORE).glob("*.py")):
        if name in names_in(path.read_text(encoding="utf-8")):
            raise RefusedError(f"layer: {relative(path, root)} has a {name} already")
    module, package = CORE / "layers.py", CORE / "__init__.py"
    return {
        module: read(root, module) + filled("layer.py.txt", name=name),
        package: formatted(with_public_name(read(root, package), name, "chainrule.layers"), root),
    }


def exercise(name, root=ROOT):
    """An Exercise in its chapter's module."""
    require_style("exercise", name, r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", "relu.four_gates")
    chapter, _, own = name.partition(".")
    path = CORE / "exercises" / f"{chapter}.py"
    text = read(root, path) if (root / path).is_file() else exercises_module(chapter, root)
    if own in names_in(text):
        raise RefusedError(f"exercise: {path} has a name {own} already")
    return {path: text + filled("exercise.py.txt", name=own)}


def explorable(name, root=ROOT):
    """Its Python, its JavaScript, its name in the package, and its tests."""
    require_style("explorable", name, r"[a-z][a-z0-9_]*", "sigmoid_slope")
    folder = CORE / "explore"
    made = {
        folder / f"{name}.py": "explorable.py.txt",
        folder / f"{name}.js": "explorable.js.txt",
        Path(f"tests/site/explorables/test_{name}.py"): "test_explorable.py.txt",
    }
    for path in made:
        require_missing("explorable", path, root)
    values = {"name": name, "type": name.title().replace("_", "")}
    package = folder / "__init__.py"
    text = with_public_name(read(root, package), name, f"chainrule.explore.{name}")
    return {path: filled(template, **values) for path, template in made.items()} | {
        package: formatted(text, root)
    }


def chapter(name, after, root=ROOT):
    """A notebook with the sections of a chapter, its place in the contents, its first exercise."""
    require_style("chapter", name, r"[a-z][a-z0-9]*(-[a-z0-9]+)*", "batch-normalization")
    module = name.replace("-", "_")
    notebook, exercises = Path(f"book/en/{name}.ipynb"), CORE / "exercises" / f"{module}.py"
    answers = Path(f"tests/library/right_answers/{module}.py")
    for path in (notebook, notebook.with_suffix(".md"), exercises, answers):
        require_missing("chapter", path, root)
    title = name.replace("-", " ").capitalize()
    text = filled(
        "chapter.md.txt",
        title=title,
        setup=setup_cell(root),
        exercise=exercise_cells(f"{module}.warm_up", 1).strip(),
    )
    contents = Path("_toc.yml")
    return {
        notebook: notebook_text(text),
        contents: with_page(read(root, contents), name, after),
        exercises: filled("exercises.py.txt", title=title)
        + filled("exercise.py.txt", name="warm_up"),
        answers: filled("right_answers.py.txt", title=title),
    }


# --- Refusals -----------------------------------------------------------------------------------


def require_style(kind, name, pattern, example):
    if not re.fullmatch(pattern, name) or any(map(keyword.iskeyword, name.split("."))):
        raise RefusedError(f"{kind}: NAME must be written like {example}, got {name!r}")


def require_missing(kind, path, root):
    if (root / path).exists():
        raise RefusedError(f"{kind}: {path} exists already")


# --- Texts --------------------------------------------------------------------------------------


def read(root, path):
    return (root / path).read_text(encoding="utf-8")


def relative(path, root):
    return path.relative_to(root).as_posix()


def filled(template, **values):
    """The text of a file in tools/templates, with the values in the places of their names."""
    return Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(values)


def names_in(source):
    """All names that some Python defines or imports outside its functions and classes."""
    for node in ast.parse(source).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign):
            names = (found for target in node.targets for found in ast.walk(target))
            yield from (found.id for found in names if isinstance(found, ast.Name))


def with_public_name(source, name, module):
    """An __init__.py that imports the name from a module and lists it in __all__."""
    imports = [node for node in ast.parse(source).body if isinstance(node, ast.ImportFrom)]
    lines = source.splitlines()
    lines.insert(imports[-1].end_lineno, f"from {module} import {name}")
    return "\n".join(lines).replace("__all__ = [", f'__all__ = ["{name}", ') + "\n"


def formatted(source, root):
    """An __init__.py as ruff orders its names and formats it."""
    # Said here, as ruff looks for the modules, and one of them is not written yet.
    ours = 'lint.isort.known-first-party = ["chainrule"]'
    for options in (["check", "--fix", "--select=I,RUF022", "--config", ours], ["format"]):
        command = [sys.executable, "-m", "ruff", *options, "--quiet", "-"]
        run = subprocess.run(
            command, input=source, stdout=subprocess.PIPE, cwd=root, encoding="utf-8", check=True
        )
        source = run.stdout
    return source


def exercises_module(chapter, root):
    """The head of a chapter's module of exercises; the chapter has to be there."""
    notebook = root / "book" / "en" / f"{chapter.replace('_', '-')}.ipynb"
    if not notebook.is_file():
        raise RefusedError(f"exercise: there is no chapter {relative(notebook, root)}")
    first = nbformat.read(notebook, as_version=nbformat.NO_CONVERT).cells[0]
    return filled("exercises.py.txt", title=first.source.splitlines()[0].removeprefix("# "))


def exercise_cells(name, number="N"):
    """The cells of an exercise in its chapter, as jupytext writes them."""
    chapter, _, own = name.partition(".")
    title = own.replace("_", " ").capitalize()
    return filled("exercise_cells.md.txt", chapter=chapter, name=own, title=title, number=number)


def notebook_text(markdown):
    """A notebook, from its text as jupytext writes it."""
    notebook = jupytext.reads(markdown, fmt="md")
    for position, cell in enumerate(notebook.cells):
        cell.id = f"cell-{position:03d}"  # not at random
    return nbformat.writes(normalise(notebook)) + "\n"


def with_page(contents, name, after):
    """_toc.yml with a page after another one."""
    line = re.search(rf"^( *- file: book/en/){re.escape(after)}\b(?![\w-]).*\n", contents, re.M)
    if not line:
        raise RefusedError(f"chapter: _toc.yml has no page book/en/{after} to put it after")
    return f"{contents[: line.end()]}{line[1]}{name}\n{contents[line.end() :]}"


# --- The command --------------------------------------------------------------------------------


def steps(kind, name, root=ROOT):
    """What CONTRIBUTING.md lists for a kind, with this name in it."""
    text = read(root, "CONTRIBUTING.md")
    section = re.search(rf"^### An? {kind}\n\n(.*?)\n(?=#)", text, re.DOTALL | re.MULTILINE)[1]
    chapter, _, own = name.rpartition(".")
    module = chapter or name.replace("-", "_")
    return section.replace("CHAPTER", module).replace("NAME", own).strip()


def write(files, root=ROOT):
    for path, text in files.items():
        (root / path).write_text(text, encoding="utf-8")


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kinds = parser.add_subparsers(dest="kind", required=True)
    for kind, name in [
        (layer, "such as LeakyReLU"),
        (exercise, "of its chapter's module and its own, such as relu.four_gates"),
        (explorable, "such as sigmoid_slope"),
        (chapter, "such as batch-normalization"),
    ]:
        one = kinds.add_parser(kind.__name__, help=kind.__doc__, description=kind.__doc__)
        one.add_argument("name", metavar="NAME", help=name)
        one.set_defaults(make=kind)
    one.add_argument("--after", required=True, metavar="OTHER", help="the chapter before it")
    return vars(parser.parse_args(arguments))


def main(arguments=None, root=ROOT):
    options = parse(arguments)
    kind, make, name = options.pop("kind"), options.pop("make"), options["name"]
    try:
        files = make(**options, root=root)
    except RefusedError as error:
        return str(error)
    write(files, root)
    print("Written:", *sorted(path.as_posix() for path in files), sep="\n  ")
    if kind == "exercise":
        print(f"\nThe cells for the chapter:\n\n{exercise_cells(name).strip()}")
    print(f"\nFrom CONTRIBUTING.md:\n\n{steps(kind, name, root)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
