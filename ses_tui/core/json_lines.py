"""JSON for a person and a program alike, one object a line."""

import re
from typing import Final

from recorder.model.json_text import write_json

_OBEYED_BY_TERMINALS: Final = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def json_line(document: object) -> str:
    """`document` in one line, the line break included.

    Control and reordering characters are escaped, which changes nothing for a program and keeps
    them from the terminal of a person.
    """
    text = _OBEYED_BY_TERMINALS.sub(_escape, write_json(document))
    return text + "\n"


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
