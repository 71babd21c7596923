"""Set the environment variables of `make notebooks` before any test or notebook runs."""

from chainrule_dev.environment import fix_environment

pytest_plugins = ["chainrule_dev.remember", "chainrule_dev.scheduling"]

fix_environment()


def pytest_addoption(parser):
    text = "every chapter, not three, with Colab's packages or on its page"
    parser.addoption("--every-chapter", action="store_true", help=text)
