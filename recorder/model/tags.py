"""The tags of a mail, as SES writes them into an event: by name, each a list of values."""

from functools import lru_cache

from recorder.model.fields import LONG_TEXT, elements_of, object_of, storable, text_of
from recorder.model.json_text import read_json, write_json

Tags = dict[str, list[str]]


def tags_of(value: object) -> Tags | None:
    """Tags by name, as many as `LONG_TEXT` characters hold; the original keeps the rest.

    Mails that are sent the same way have the same tags: their events share one object, which
    nothing changes.
    """
    text = write_json(object_of(value))
    return _shared_tags(text) if len(text) <= LONG_TEXT else _read_tags(text)


def _read_tags(text: str) -> Tags | None:
    tags: Tags = {}
    room = LONG_TEXT
    for name, values in read_json(text).items():
        name = storable(name)
        kept = [text for text in map(text_of, elements_of(values)) if text is not None]
        room -= len(name) + sum(map(len, kept))
        if room < 0:
            break
        tags[name] = kept
    return tags or None


_shared_tags = lru_cache(maxsize=1_024)(_read_tags)
