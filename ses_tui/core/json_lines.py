"""JSON for a person and a program alike, one object a line."""

import json

from recorder.model.json_text import write_json
from ses_tui.core.sanitise import sanitise


def json_line(document: object) -> str:
    """`document` in one line, the line break included.

    What no screen would show as it is (see `sanitise`) is escaped, which changes nothing for a
    program and keeps it from the terminal of a person.
    """
    text = write_json(document)
    return (text if sanitise(text) == text else _escaped(text)) + "\n"


def _escaped(text: str) -> str:
    pieces: list[str] = []
    shown = ""
    for character in text:
        # A mark may be one too many on the letter that it stands on.
        beginning = shown[-4:] + character
        if sanitise(beginning) == beginning:
            pieces.append(character)
            shown = beginning
        else:
            pieces.append(json.dumps(character)[1:-1] if character > "\x7f" else "\\u007f")
    return "".join(pieces)
