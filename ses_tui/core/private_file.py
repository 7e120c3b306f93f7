"""Small files of the reader's own, in a folder of the program's own."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_private(file: Path, text: str) -> bool:
    """Replace what `file` holds; only its owner may read it. Tells whether that was done.

    It is replaced in one step, so that sessions side by side never see half of one. A home that
    cannot be written to, or a full disk, is no error: then what was kept before stays.
    """
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        try:
            with open(descriptor, "w", encoding="utf-8", errors="replace") as new:
                new.write(text)
            os.replace(name, file)
        except OSError:
            os.unlink(name)
            raise
        return True
    return False
