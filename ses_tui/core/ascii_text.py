"""ASCII in place of what the program draws, for terminals and fonts that have nothing else."""

from typing import Final

_STAND_INS: Final = {
    **dict(zip("▁▂▃▄▅▆▇█", "_.:-=+*#", strict=True)),
    **dict(zip("›‹→←↑↓▲▼▶◀", "><><^v^v><", strict=True)),
    **dict(zip("✓✗·…⏎␡━┃─│", "+x.~|?=#-|", strict=True)),
    **dict(zip("—–−×≥≤●○\xa0", "---x><*o ", strict=True)),
}
_DENSITY: Final = " .:-=+*#@"
"""For braille: the more dots the darker."""
_ACROSS: Final = frozenset("═╌╍┄┅┈┉╴╶╸╺▔▀")
_DOWN: Final = frozenset("║╎╏┆┇┊┋╵╷╹╻▌▐▎▏▕▊▍▋▉")


def stand_in(character: str) -> str | None:
    """The ASCII character for one that the program draws; `None` for any other, somebody's text."""
    code = ord(character)
    if character in _STAND_INS:
        return _STAND_INS[character]
    if 0x2800 <= code <= 0x28FF:
        return _DENSITY[(code - 0x2800).bit_count()]
    if character in _ACROSS:
        return "-"
    if character in _DOWN:
        return "|"
    return "+" if 0x2500 <= code <= 0x259F else None
