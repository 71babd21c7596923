"""One file of tests for each explorable, and what they share.

A package, so that `test_training` of an explorable and that of the library are two names.
"""
