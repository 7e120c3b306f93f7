"""The bound on how deep JSON from outside may be nested before anything follows it."""

from typing import Final

MAXIMUM_NESTING: Final = 100
"""SES nests six levels; a Lambda event around it a few more."""


def is_too_deep(document: object) -> bool:
    """Whether `document` is nested deeper than `MAXIMUM_NESTING`; never recurses itself."""
    level = [document]
    for _ in range(MAXIMUM_NESTING):
        level = [
            child for node in level for child in _children(node) if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def _children(node: object) -> list[object]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []
