"""Small folders of zarr and of Orbax, each as one run of bytes that can be damaged, and laid out again."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import numpy as np

from tests.files.formats.ocdbt_recorded import database, with_checksums
from tests.files.formats.zarr_folders import entry, group, second, third, write_tree

_FILE = re.compile(rb"<<(\d\d)>>")
_NAMES: list[str] = []
"""The paths of files, which are named by their numbers: no damage makes another one of them."""


def _joined(files: dict[str, bytes]) -> bytes:
    """Return files in one run of bytes."""
    parts = []
    for path, content in sorted(files.items()):
        if path not in _NAMES:
            _NAMES.append(path)
        parts.append(b"<<%02d>>" % _NAMES.index(path) + content)
    return b"".join(parts)


def _read(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def seeds() -> list[bytes]:
    """Return folders of both formats, a tree of Orbax, and a database."""
    values = np.arange(12, dtype="<f4").reshape(3, 4)
    found = []
    with tempfile.TemporaryDirectory() as place:
        folders = [Path(place, name) for name in ("2", "3", "tree")]
        for folder, version in zip(folders, (2, 3, 2), strict=True):
            (third if version == 3 else second)(folder / "w", values, [2, 2])
            group(folder, version)
        second(folders[0] / "z", values, [2, 4], level=1)
        third(folders[1] / "s", values, [1, 2], shards=[3, 4])
        write_tree(folders[2], [entry(["w"]), entry(["name"], "string")])
        found += [_joined(_read(folder)) for folder in folders]
        write_tree(Path(place, "base"), [entry(["a", "w"]), entry(["b"])], use_ocdbt=True)
        found.append(_joined(_read(Path(place, "base")) | database()))
    return [*found, _joined(database()), _joined(database())]


def laid_out(folder: Path, content: bytes) -> None:
    """Write the files of one run of bytes; the nodes of a database get the right checksums, so that more than these is looked at."""
    _, *parts = _FILE.split(content)
    for number, text in zip(parts[::2], parts[1::2], strict=True):
        if int(number) < len(_NAMES):
            path = folder / _NAMES[int(number)]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(with_checksums(text) if b"\x0c\xdb" in text else text)
