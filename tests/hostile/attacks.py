"""What strangers have tried to make terminals and their readers do, by the name of the trick.

Sequences in all the forms a terminal takes: introduced by ESC and a letter or by the one C1 control
(ECMA-48, 5.3), ended by BEL, by ESC \\ or by the C1 string terminator. `CANARY` stands where an
attack has room for words of its own.
"""

from collections.abc import Iterator
from typing import Final

CANARY: Final = "0wned"
_ESC: Final = "\x1b"

_OPERATING_SYSTEM_COMMANDS: Final = {
    "set title and icon": f"0;{CANARY}",
    "set icon": f"1;{CANARY}",
    "set title": f"2;{CANARY}",
    "set property of the window": f"3;_CANARY={CANARY}",
    "change a colour": "4;1;rgb:00/00/00",
    "tell a directory": f"7;file://host.example/{CANARY}",
    "link that hides its address": "8;;http://phish.example/login",
    "show a notification": f"9;{CANARY}",
    "change the text's colour": "10;#000000",
    "change the background": "11;#000000",
    "ask for the background": "11;?",
    "change the cursor's colour": "12;#000000",
    "change the font": "50;#1",
    "write to the clipboard": "52;c;cm0gLXJmIH4K",
    "read the clipboard": "52;c;?",
    "reset all colours": "104",
    "mark a prompt": "133;A",
    "notify as rxvt does": f"777;notify;{CANARY};{CANARY}",
    "steal focus as iTerm does": "1337;StealFocus",
    "download a file as iTerm does": "1337;File=name=eA==;inline=0:eA==",
    "copy as iTerm does": "1337;CopyToClipboard=",
    "set a variable as iTerm does": "1337;SetUserVar=a=Yg==",
    "report a cell as iTerm does": "1337;ReportCellSize",
    "ask for attention as iTerm does": "1337;RequestAttention=yes",
    "notify as kitty does": f"99;i=1:d=0;{CANARY}",
    "write large as kitty does": f"66;s=7;{CANARY}",
    "ask for colours as kitty does": "21;foreground=?",
    "read the clipboard as kitty does": "5522;type=read",
    "pointer of another shape": "22;wait",
    "tell a command as VS Code does": f"633;E;{CANARY}",
    "begin a context as systemd does": f"3008;start={CANARY}",
    "show progress as ConEmu does": "9;4;3;50",
}
_DEVICE_CONTROL_STRINGS: Final = {
    "ask for a setting": "$qm",
    "ask for a capability": "+q544e",
    "define a key": f"0;1|17/{CANARY.encode().hex()}",
    "draw a picture": "q#0;2;0;0;0#0~~@@",
    "pass through tmux": "tmux;\x1b\x1b]0;x\x07",
    "restore a setting": "1$t",
    "ask for the colours": "$qm",
    "ask for the margins": "$qr",
    "ask for a name": "+q524742",
    "set a capability": "+p544e=78",
    "hold the picture": "=1s",
    "draw with ReGIS": "0pP[0,0]V[99,99]",
    "define characters": "0;1;1;4;1;1{ @???",
}
_OTHER_STRINGS: Final = {
    "draw as kitty does": ("_", "\x9f", "Ga=T,f=32;AAAA"),
    "read a file as kitty does": ("_", "\x9f", "Ga=q,i=31,s=1,v=1,t=f;L2V0Yy9wYXNzd2Q="),
    "title of screen": ("k", "\x90", CANARY),
    "privacy message": ("^", "\x9e", CANARY),
    "start of string": ("X", "\x98", CANARY),
}
_CONTROL_SEQUENCES: Final = {
    "report the title": "21t",
    "report the icon": "20t",
    "make the window small": "8;1;1t",
    "hide the window": "2t",
    "report the cursor": "6n",
    "report the status": "5n",
    "name the terminal": "c",
    "name the terminal, again": ">c",
    "name the terminal, once more": "=c",
    "report the version": ">q",
    "clear the screen": "2J",
    "clear what scrolled away": "3J",
    "go to the top": "H",
    "go up and write over": "5A",
    "clear the line": "2K",
    "repeat without end": "999999999b",
    "insert lines": "99L",
    "delete lines": "99M",
    "scroll away": "99S",
    "scroll back": "99T",
    "set a region": "1;2r",
    "conceal": "8m",
    "black on black": "30;40m",
    "blink": "5m",
    "other screen": "?1049h",
    "hide the cursor": "?25l",
    "reverse the screen": "?5h",
    "no wrapping": "?7l",
    "keys of another kind": "?1h",
    "follow the mouse": "?1003h",
    "tell of the focus": "?1004h",
    "no bracketed paste": "?2004l",
    "hold the picture": "?2026h",
    "keyboard of kitty": ">1u",
    "modify other keys": ">4;2m",
    "lock the keyboard": "2h",
    "soft reset": "!p",
    "print the screen": "i",
    "print all that comes": "5i",
    "save the cursor": "s",
    "restore the cursor": "u",
    "cursor of another shape": "5 q",
    "load a light": "1q",
    "protect": '1"q',
    "tell of sizes": "?2048h",
    "ask for the colour scheme": "?996n",
    "keep the title": "22;0t",
    "add up a rectangle": "1;1;1;1;1;1*y",
    "fill a rectangle": "88;1;1;99;99$x",
    "copy a rectangle": "1;1;9;9;1;1;1;1$v",
    "columns a page": "132$|",
    "ask for the character set": "&u",
    "graphics' registers": "?1;1;0S",
    "paste as it is": "?2004h",
}
_ESCAPES: Final = {
    "reset": "c",
    "fill with E": "#8",
    "twice as high": "#3",
    "line drawing": "(0",
    "line drawing in G1": ")0",
    "index": "D",
    "reverse index": "M",
    "next line": "E",
    "set a tab": "H",
    "save": "7",
    "restore": "8",
    "keypad": "=",
    "lock memory": "l",
    "not UTF-8": "%@",
    "C1 of 7 bits": " F",
    "single shift": "N",
    "start guarded": "V",
}
_FORMATS: Final = {
    "override right to left": "\u202e",
    "override left to right": "\u202d",
    "embed right to left": "\u202b",
    "embed left to right": "\u202a",
    "end of embedding": "\u202c",
    "isolate right to left": "\u2067",
    "isolate left to right": "\u2066",
    "isolate": "\u2068",
    "end of isolate": "\u2069",
    "mark right to left": "\u200f",
    "mark left to right": "\u200e",
    "Arabic letter mark": "\u061c",
    "zero width": "\u200b",
    "zero width, not joined": "\u200c",
    "word joiner": "\u2060",
    "invisible times": "\u2062",
    "invisible separator": "\u2063",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "grapheme joiner": "\u034f",
    "Hangul filler": "\u3164",
    "Hangul filler of half a width": "\uffa0",
    "Khmer vowel that shows nothing": "\u17b4",
    "Mongolian separator": "\u180e",
    "Mongolian selector": "\u180b",
    "variation selector": "\U000e0101",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "interlinear": "\ufff9",
    "object": "\ufffc",
    "tag letter": "\U000e0041",
    "begin of tags": "\U000e0001",
    "shorthand": "\U0001bca0",
    "musical begin": "\U0001d173",
    "no character": "\uffff",
    "no character of a higher plane": "\U0001fffe",
    "syllable separator": "\u070f",
    "number sign of Arabic": "\u0600",
    "number sign of Kaithi": "\U000110bd",
    "joiner of hieroglyphs": "\U00013430",
    "deprecated swapping": "\u206a",
    "plus that shows nothing": "\u2064",
    "letter tag spelt out": "\U000e0069\U000e0067\U000e006e",
    "mark in the wrong order": "\ufffe",
    "C1 written as UTF-8 read as Latin": "\xc2\x9b",
    "blank of Braille": "\u2800",
    "filler of Khitan": "\U00016fe4",
    "note without a head": "\U0001d159",
    "private use": "\uf8ff",
    "private use of a higher plane": "\U000f0001",
    "place of a picture as kitty has it": "\U0010eeee\u0305\u0305",
    "lone surrogate": "\ud800",
    "other lone surrogate": "\udfff",
}
_FLOODS: Final = {
    "acute accents": "Z" + "\u0301" * 300,
    "accents of three kinds": "Z" + "\u0301\u0316\u0489" * 100,
    "Thai marks": "\u0e01" + "\u0e49" * 200,
    "enclosing": "1" + "\u20dd" * 100,
    "Arabic marks": "\u0628" + "\u064b" * 200,
    "vowels beside a letter": "\u0915" + "\u093e" * 200,
    "vowels on and beside a letter": "\u0915" + "\u093e\u0941\u094d" * 99,
    "parts of one syllable": "\u1100" + "\u1161" * 99 + "\u11a8" * 99,
    "old parts of one syllable": "\ua960" + "\ud7b0" * 99 + "\ud7cb" * 99,
    "selectors": "Z" + "\ufe0f" * 300,
    "selectors of ideographs": "\u845b" + "".join(map(chr, range(0xE0100, 0xE01F0))),
    "a family without end": "\U0001f468\u200d\U0001f469\u200d" * 150,
    "skin tones": "\U0001f44d" + "\U0001f3fd" * 300,
    "flags": "\U0001f1e6" * 301,
    "keycaps": "1\ufe0f\u20e3" * 99,
}
_MARKUP: Final = {
    "colour": "[red]x[/red]",
    "action": "[@click=app.quit]x[/]",
    "link": "[link=http://phish.example]x[/link]",
    "closing alone": "[/]",
    "closing what is not open": "[/bold]",
    "opening alone": "[bold",
    "reverse": "[reverse on black]x",
    "variable": "$error [$primary]x",
    "emoji": ":skull:",
    "style of Textual": "[$primary 50% on $error]x[/]",
    "action with arguments": "[@click=app.open_url('http://phish.example')]x[/]",
    "link and title": "[bold link=http://phish.example]0wned[/bold link]",
    "Markdown": "[x](http://phish.example) `rm` **x** <b>x</b>",
    "backslash": "\\[bold]x",
    "ANSI written out": "\\x1b[2J \\033]0;x\\007",
}
_FORMULAS: Final = {
    "command": "=cmd|' /C calc'!A0",
    "link": '=HYPERLINK("http://phish.example","x")',
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(1)",
    "tab before": "\t=1+1",
    "return before": "\r=1+1",
    "wide equals": "\uff1d1+1",
    "wide at": "\uff20SUM(1)",
    "small equals": "\ufe661+1",
    "small plus": "\ufe621+1",
    "blank before": " =1+1",
    "wide blank before": "\u3000=1+1",
    "joiner before": "\u200d=1+1",
    "selector before": "\ufe0f@SUM(1)",
    "skin tone before": "\U0001f3fb+1+1",
    "quote and break": '"\r\n=1+1,"',
}


def attacks() -> dict[str, str]:
    """Every attack by its name; over four hundred."""
    return dict(_attacks())


def _attacks() -> Iterator[tuple[str, str]]:
    ends = {"BEL": "\x07", "ST": f"{_ESC}\\", "C1": "\x9c", "no end": ""}
    for name, body in _OPERATING_SYSTEM_COMMANDS.items():
        for end, text in ends.items():
            yield f"OSC {name}, {end}", f"{_ESC}]{body}{text}"
        yield f"C1 OSC {name}", f"\x9d{body}\x9c"
    for name, body in _DEVICE_CONTROL_STRINGS.items():
        yield f"DCS {name}", f"{_ESC}P{body}{_ESC}\\"
        yield f"C1 DCS {name}", f"\x90{body}\x9c"
    for name, (letter, control, body) in _OTHER_STRINGS.items():
        yield f"string {name}", f"{_ESC}{letter}{body}{_ESC}\\"
        yield f"C1 string {name}", f"{control}{body}\x9c"
    for name, body in _CONTROL_SEQUENCES.items():
        yield f"CSI {name}", f"{_ESC}[{body}"
        yield f"C1 CSI {name}", f"\x9b{body}"
    for name, body in _ESCAPES.items():
        yield f"ESC {name}", f"{_ESC}{body}"
    for code in (*range(0x20), 0x7F, *range(0x80, 0xA0)):
        yield f"control U+{code:04X}", f"a{chr(code)}b"
    for name, character in _FORMATS.items():
        yield f"format {name}", f"pay{character}pal"
    for group in (_FLOODS, _MARKUP, _FORMULAS):
        yield from group.items()
