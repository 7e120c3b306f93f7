"""Text for the clipboard of the reader's own terminal, however far away that is (OSC 52).

No terminal answers, so nobody can know whether it took the text.
"""

import base64
import os
from collections.abc import Mapping
from typing import Final

MOST_ENCODED_BYTES: Final = 74_000
"""Terminals cut longer sequences, or drop them whole."""
_SCREEN_PIECE: Final = 400
_SCREEN_LONGEST: Final = 700
"""GNU screen takes in strings of less than 768 bytes."""
_STRING, _END = "\x1bP", "\x1b\\"


class TooLargeError(Exception):
    """More than terminals take."""


def clipboard_sequence(text: str, environment: Mapping[str, str] = os.environ) -> str:
    """What a terminal has to read to put `text` into its clipboard. Raises `TooLargeError`.

    tmux and screen keep such a sequence to themselves unless it is wrapped. tmux may be set up to
    understand it itself, or to pass it on, so it gets both.
    """
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode()
    if len(encoded) > MOST_ENCODED_BYTES:
        raise TooLargeError(f"{len(text):,} characters are more than terminals take")
    plain = f"\x1b]52;c;{encoded}\a"
    terminal = environment.get("TERM", "")
    if environment.get("TMUX") or terminal.startswith("tmux"):
        return f"{plain}{_STRING}tmux;{plain.replace(chr(27), chr(27) * 2)}{_END}"
    if environment.get("STY"):
        return _in_pieces(plain)
    if terminal.startswith("screen"):
        # Reached by SSH out of screen, or out of a tmux that calls itself so. The one drops the
        # first of these and passes on the second, the other the reverse; but screen spills what
        # is too long for it over the picture.
        return (plain if len(plain) <= _SCREEN_LONGEST else "") + _in_pieces(plain)
    return plain


def _in_pieces(sequence: str) -> str:
    """As GNU screen passes it on to the terminal."""
    starts = range(0, len(sequence), _SCREEN_PIECE)
    return "".join(f"{_STRING}{sequence[at : at + _SCREEN_PIECE]}{_END}" for at in starts)
