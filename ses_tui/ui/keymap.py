"""Other keys than the program's own: what the configuration may say, and what it comes to.

Keys are named by the id of their binding. One key means one thing wherever it works, so a changed
key must not be that of anything else, unless the two have shared a key all along: they take turns
(as pause and resume do) or never meet.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from textual.binding import Binding
from textual.keys import Keys, key_to_character

from ses_tui.core.configuration.kinds import nearest
from ses_tui.ui import keys
from ses_tui.ui.keys import key_name

_KEY_IDS: Final = {name.lower(): key for key, name in keys.KEY_NAMES.items()}
"""Keys as they are written on keyboards, by which they can be named, too."""
_NAMED: Final = frozenset(
    key.value for key in Keys if not key.value.startswith(("<", "alt+", "scroll"))
) | frozenset(keys.KEY_NAMES)
_MODIFIERS: Final = frozenset({"ctrl", "shift", "alt"})
_AS_HELP_HAS_IT: Final = re.compile(r"\b(ctrl|shift|alt)-(?=.)", re.IGNORECASE)
_ARRIVES_AS: Final = {"ctrl+i": "Tab", "ctrl+m": "Enter", "ctrl+j": "Enter", "ctrl+h": "Backspace"}
"""What terminals send for a key, so that it never arrives as itself."""


_present: dict[str, str] = {}


def use_keymap(keymap: Mapping[str, str]) -> None:
    """Have `key_of` name these keys; a process shows one dashboard at a time."""
    _present.clear()
    _present.update(keymap)


def key_of(name: str) -> str:
    """The key of the binding with this id, as a sentence names it: the shortest it has now."""
    keys_now = _present.get(name) or _bindings()[name].key
    return min(map(key_name, keys_now.split(",")), key=len)


def keymap_of(changed: Mapping[str, str]) -> dict[str, str]:
    """The keys of every binding by its id, in Textual's names; empty where none is changed.

    All of them, since Textual takes a key away from everything that shares it.
    """
    if not changed:
        return {}
    keymap = {name: binding.key for name, binding in _bindings().items()}
    for name, text in changed.items():
        keymap[name] = ",".join(filter(None, map(_key_of, _split(text))))
    return keymap


def faults_of(changed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with changed keys, in words, by the id; empty where all can be used."""
    bindings = _bindings()
    own = {name: set(binding.key.split(",")) for name, binding in bindings.items()}
    present = {
        name: {key for key in map(_key_of, _split(changed[name])) if key}
        if name in changed
        else its_own
        for name, its_own in own.items()
    }
    faults: dict[str, str] = {}
    for name, text in changed.items():
        if name not in bindings:
            meant = nearest(name, bindings)
            hint = f"; did you mean {meant}?" if meant else "; docs/keys.md lists them all"
            faults[name] = f"no key has this id{hint}"
            continue
        words = _unusable(bindings[name], text) or _taken(name, present, own, bindings)
        if words:
            faults[name] = words
    return faults


def _unusable(binding: Binding, text: str) -> str:
    """Why `text` names no key that `binding` could have."""
    written = _split(text)
    if not written:
        return 'write a key, as in "ctrl+t", or several, as in "ctrl+t,f5"'
    for word in written:
        key = _key_of(word)
        if key is None:
            meant = nearest(word, (*_NAMED, *_KEY_IDS))
            return f"{word} is no key" + (f"; did you mean {meant}?" if meant else "")
        if key in _ARRIVES_AS:
            return f"terminals send {_ARRIVES_AS[key]} for {word}"
        if key_to_character(key) is not None and _works_while_typing(binding):
            return f"{word} is text where a line is typed; give a key with Ctrl, or F1 to F12"
    return ""


def _taken(
    name: str,
    present: Mapping[str, set[str]],
    own: Mapping[str, set[str]],
    bindings: Mapping[str, Binding],
) -> str:
    """What else has one of the keys of a binding."""
    for other, its_keys in present.items():
        shared = present[name] & its_keys
        if other != name and shared and not own[name] & own[other]:
            key = key_name(min(shared))
            return f"{key} is taken by {other} ({bindings[other].description})"
    return ""


def _works_while_typing(binding: Binding) -> bool:
    editing = {each.id for each in (*keys.EDITING, *keys.TYPING, *keys.CHOOSING)}
    return binding.priority or binding.id in editing or binding.group == keys.EDITING[0].group


@cache
def _bindings() -> dict[str, Binding]:
    """Every binding of the program by its id."""
    return {binding.id: binding for binding in _all_of(vars(keys).values()) if binding.id}


def _all_of(values: Iterable[object]) -> Iterator[Binding]:
    for value in values:
        if isinstance(value, Binding):
            yield value
        elif isinstance(value, tuple):
            yield from _all_of(value)


def _split(text: str) -> list[str]:
    """The keys of a list with commas in between; a comma alone is a key."""
    if text.strip() == ",":
        return [","]
    return [word for part in text.split(",") if (word := part.strip())]


def _key_of(word: str) -> str | None:
    """Textual's name of a key; `None` where it is none."""
    if len(word) == 1:
        return _of_character(word)
    modifiers, _, plain = _AS_HELP_HAS_IT.sub(r"\1+", word).rpartition("+")
    if not plain:
        modifiers, plain = word[:-2], "+"
    named = [modifier.lower() for modifier in modifiers.split("+")] if modifiers else []
    if not set(named) <= _MODIFIERS or len(set(named)) < len(named):
        return None
    if len(plain) == 1:
        key = _of_character(plain.lower() if "ctrl" in named else plain)
        if not named or named == ["shift"] or key is None:
            return None
    else:
        lowered = plain.lower()
        key = lowered if lowered in _NAMED else _KEY_IDS.get(lowered)
    return None if key is None else "+".join((*named, key))


def _of_character(character: str) -> str | None:
    if not (character.isprintable() and character.isascii()):
        return None
    if character == ",":
        return "comma"
    return next(iter(Binding.make_bindings([Binding(character, "", "")]))).key
