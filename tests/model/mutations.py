"""Payloads spoilt in every way that a field can be: dropped, null, retyped, moved, repeated."""

import copy
from collections.abc import Iterator
from typing import Any, TypeAlias

from hypothesis import strategies as st

from tests.payloads import Payload, every_type

Path: TypeAlias = tuple[str | int, ...]

MESSAGE_ID = "0102019a00000000-spoilt-000000"
PAYLOADS = st.sampled_from(
    [
        (event_type, generation, recipients)
        for generation in ("event", "notification")
        for event_type in every_type()
        for recipients in (["ada@mill.example"], ["B <b@mill.example>", "c@mill.example"])
    ]
).map(
    lambda chosen: copy.deepcopy(
        every_type(message_id=MESSAGE_ID, generation=chosen[1], recipients=chosen[2])[chosen[0]]
    )
)

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)  # every reader of JSON agrees about these
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["Bounce", "\ud83d", "\x00", "a@b@c", "<>", "2026-11-23", " ", "x" * 9000]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["mail", "emailAddress", "eventType", "Records", "body", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Paths to everything inside `value`."""
    if isinstance(value, dict):
        children: Any = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    else:
        return
    for key, child in children:
        yield (*path, key)
        yield from paths(child, (*path, key))


def at(value: Any, path: Path) -> Any:
    """What `path` leads to."""
    for key in path:
        value = value[key]
    return value


def reordered(value: Any) -> Any:
    """The same JSON with the keys of every object in reverse order."""
    if isinstance(value, dict):
        return {name: reordered(value[name]) for name in reversed(value)}
    return [reordered(element) for element in value] if isinstance(value, list) else value


def _retyped(draw: st.DrawFn, value: Any) -> Any:
    forms: list[Any] = [[value], {"x": value}, [value, value], str(value)]
    if isinstance(value, list) and value:
        forms.append(value[0])
    if isinstance(value, dict):
        forms.append(list(value.values()))
    return draw(st.sampled_from(forms))


@st.composite
def spoilt(draw: st.DrawFn, originals: st.SearchStrategy[Payload] = PAYLOADS) -> Payload:
    """One of `originals` after one to five mutations at any path."""
    payload = draw(originals)
    for _ in range(draw(st.integers(1, 5))):
        every_path = list(paths(payload))
        if not every_path:
            break
        path = draw(st.sampled_from(every_path))
        holder: Any = at(payload, path[:-1])
        key: Any = path[-1]
        match draw(st.sampled_from(["drop", "null", "retype", "replace", "copy", "repeat"])):
            case "drop":
                del holder[key]
            case "null":
                holder[key] = None
            case "retype":
                holder[key] = _retyped(draw, holder[key])
            case "replace":
                holder[key] = draw(JSON_VALUES)
            case "copy":
                source = draw(st.sampled_from(every_path))
                holder[key] = copy.deepcopy(at(payload, source))
            case "repeat" if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[key]))
            case "repeat":
                holder[f"{key}2"] = copy.deepcopy(holder[key])
    return reordered(payload) if draw(st.booleans()) else payload
