"""The commands that README and docs/ show: in blocks of their own, and in the midst of text."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOCUMENTS: Final = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

_BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OF_A_DIAGRAM: Final = "─"
_SPAN: Final = re.compile(r"`([^`]+)`")
_COMMAND: Final = re.compile(
    r"(?:^|[;|(`]|&&|\bdo\b)[ \n]*"
    r"((?:ses-tui|make|sam|aws|pip|python|\.venv/bin/python)"
    # To the end of the line, or to what the shell reads as the end of a command.
    r"(?:\ (?:'[^']*'|\"[^\"]*\"|(?!\ 2?[|;&<>])[^'\"`;()\n])*)?)"
    r"(?=$|[`;)\n]|\ 2?[|;&<>])",
    re.MULTILINE,
)
_NO_COMMANDS: Final = frozenset({"make", "aws", "pip", "python", "sam"})
"""Programs that are named and not called."""


def shown_commands(text: str) -> Iterator[str]:
    """Every command in the text of a document, each on one line; redirections are left out."""
    blocks = [
        block
        for language, block in _BLOCK.findall(text)
        if language in ("", "sh") and _OF_A_DIAGRAM not in block
    ]
    prose = _BLOCK.sub("\n", text)
    spans = [" ".join(s.split()) for part in prose.split("\n\n") for s in _SPAN.findall(part)]
    for piece in (*blocks, *spans):
        for found in _COMMAND.findall(piece.replace("\\\n", " ")):
            command = " ".join(found.split())
            if command not in _NO_COMMANDS:
                yield command
