"""JSON for a person and a program alike, one object a line."""

import json

from recorder.model.json_text import write_json
from ses_tui.core.masking import MASKING, masked_document
from ses_tui.core.sanitise import MOST_FOLLOWING, visible


def json_line(document: object) -> str:
    """`document` in one line, the line break included; addresses masked where they are to be.

    What no screen would show as it is (see `visible`) is escaped, which changes nothing for a
    program and keeps it from the terminal of a person.
    """
    text = write_json(masked_document(document) if MASKING.on else document)
    return (text if visible(text) == text else _escaped(text)) + "\n"


def _escaped(text: str) -> str:
    pieces: list[str] = []
    shown = ""
    for character in text:
        # A mark may be one too many on the letter that it stands on.
        beginning = shown[-MOST_FOLLOWING - 1 :] + character
        if visible(beginning) == beginning:
            pieces.append(character)
            shown = beginning
        else:
            pieces.append(json.dumps(character)[1:-1] if character > "\x7f" else "\\u007f")
    return "".join(pieces)
