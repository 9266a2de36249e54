"""Office files made from others, part by part."""

import zipfile
from collections.abc import Mapping
from io import BytesIO


def changed(data: bytes, by: Mapping[bytes, bytes]) -> bytes:
    """A package with other words in its parts."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            for word, other in by.items():
                part = part.replace(word, other)
            new.writestr(name, part)
    return file.getvalue()
