"""What a later form of a stored event may add to it.

SES describes one event in two generations of notifications, and each has fields that the other
lacks. The first that arrives decides keys, times and counts; the second only fills gaps.
"""

from recorder.model.item import (
    FILLABLE_ATTRIBUTES,
    ORIGINAL_ATTRIBUTE,
    ORIGINAL_CUT_ATTRIBUTE,
    ORIGINAL_DICTIONARY_ATTRIBUTE,
    TAGS_ATTRIBUTE,
    Item,
    tags_attribute,
    tags_in,
)

ORIGINAL_ATTRIBUTES = frozenset(
    {ORIGINAL_ATTRIBUTE, ORIGINAL_DICTIONARY_ATTRIBUTE, ORIGINAL_CUT_ATTRIBUTE}
)


def missing_attributes(stored: Item, later: Item) -> Item:
    """The attributes of `later` that `stored` lacks and may take.

    The original comes as a whole or not at all, and never where one was dropped for its size.
    """
    missing = {
        name: value
        for name, value in later.items()
        if name in FILLABLE_ATTRIBUTES and name not in stored
    }
    if ORIGINAL_ATTRIBUTES.isdisjoint(stored):
        missing.update((name, later[name]) for name in ORIGINAL_ATTRIBUTES if name in later)
    if not tags_in(stored) and not tags_in(missing) and (tags := tags_in(later)):
        missing[TAGS_ATTRIBUTE] = tags_attribute(tags)
    return missing


def without_original(item: Item) -> Item:
    """`item` with a flag in place of its original, for an item that is too large with it."""
    kept = {name: value for name, value in item.items() if name not in ORIGINAL_ATTRIBUTES}
    kept[ORIGINAL_CUT_ATTRIBUTE] = {"N": "1"}
    if tags := tags_in(item):
        kept[TAGS_ATTRIBUTE] = tags_attribute(tags)
    return kept
