"""What the parts beyond the core need, asked for in a sentence."""

import importlib


def need(where, *packages):
    """Raise ImportError with the command that helps if one of the packages cannot be imported."""
    for package in packages:
        try:
            importlib.import_module(package)
        except ImportError as error:
            raise ImportError(
                f"{where} needs the package {package}, which comes with the book's extra: "
                f'pip install "chainrule[book]"'
            ) from error
