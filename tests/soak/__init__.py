"""A soak: everything runs for long while a fault a minute happens, and nothing may be lost.

`python -m tests.soak` (or `make soak`) runs half an hour of it, `make test` two minutes.
"""
