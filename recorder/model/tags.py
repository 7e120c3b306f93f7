"""The tags of a mail, as SES writes them into an event: by name, each a list of values."""

from recorder.model.fields import LONG_TEXT, elements_of, object_of, storable, text_of


def tags_of(value: object) -> dict[str, list[str]] | None:
    """Tags by name, as many as `LONG_TEXT` characters hold; the original keeps the rest."""
    tags: dict[str, list[str]] = {}
    room = LONG_TEXT
    for name, values in object_of(value).items():
        name = storable(name)
        kept = [text for text in map(text_of, elements_of(values)) if text is not None]
        room -= len(name) + sum(map(len, kept))
        if room < 0:
            break
        tags[name] = kept
    return tags or None
