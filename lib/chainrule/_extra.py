"""Check that the packages of the extra `chainrule[book]` are installed."""

import importlib


def need(where, *packages):
    """Raise ImportError with the command to install them if a package cannot be imported."""
    for package in packages:
        try:
            importlib.import_module(package)
        except ImportError as error:
            raise ImportError(
                f"{where} needs the package {package}, which comes with the book's extra: "
                f'pip install "chainrule[book]"'
            ) from error
