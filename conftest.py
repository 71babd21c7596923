"""Set the environment variables of `make notebooks` before any test or notebook runs."""

from chainrule_dev.environment import fix_environment

pytest_plugins = ["chainrule_dev.remember", "chainrule_dev.scheduling"]

fix_environment()


def pytest_addoption(parser):
    text = "execute every chapter, not three, with Colab's packages (tests/tools/test_colab.py)"
    parser.addoption("--every-chapter", action="store_true", help=text)
    text = "leave out the tests that open pages in a browser"
    parser.addoption("--without-browser", action="store_true", help=text)


def pytest_collection_modifyitems(config, items):
    if config.getoption("--without-browser"):
        left_out = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
