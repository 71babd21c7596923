"""Runs before any test or notebook: both happen in the environment `make notebooks` uses."""

from fixed_environment import fix_environment

fix_environment()
