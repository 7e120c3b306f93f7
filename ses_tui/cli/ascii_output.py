"""Text for people in ASCII alone, where that is wanted; JSON and CSV stay as they are."""

import codecs
import io
import sys

from ses_tui.core.ascii_text import stand_in
from ses_tui.core.configuration import Settings

_HANDLER = "ses-tui-ascii"


def write_ascii_if_asked(settings: Settings) -> None:
    """Have standard output and error write stand-ins for what is no ASCII from now on."""
    if settings.ascii:
        codecs.register_error(_HANDLER, _replace)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="ascii", errors=_HANDLER)


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    characters = error.object[error.start : error.end]
    return "".join(stand_in(character) or "?" for character in characters), error.end
