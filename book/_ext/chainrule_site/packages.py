"""Where what npm brings is."""

from chainrule_dev.repository import ROOT

NODE_MODULES = ROOT / "node_modules"
INSTALL = "python tools/install_node_packages.py"
