"""What the owner of a table wants its readers not to see: the item `C#`, `privacy`.

Its attribute `mask`, any number but 0, has every reader show addresses as `a***@example.com`. It
binds this program and is no access control: who may read the table can read it by other means.
"""

from collections.abc import Mapping
from typing import Any, Final

from recorder.model.keys import CONFIGURATION_KEY

PRIVACY_KEY: Final = {"pk": {"S": CONFIGURATION_KEY}, "sk": {"S": "privacy"}}
MASK_ATTRIBUTE: Final = "mask"


def wants_masking(item: Mapping[str, Mapping[str, Any]] | None) -> bool:
    """Whether the item, or none, asks for masking; what cannot be understood does, to be safe."""
    if item is None or MASK_ATTRIBUTE not in item:
        return False
    return item[MASK_ATTRIBUTE] not in ({"N": "0"}, {"BOOL": False}, {"NULL": True})
