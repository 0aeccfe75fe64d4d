"""Run the module of one library in its own environment: ``python -m tests.corpus.write MODULE FOLDER``."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from tests.corpus import vision_operators
from tests.corpus.record import Record


def main(module: str, folder: str) -> None:
    """Let a library write its files into a folder, and beside them what it gives of them."""
    if find_spec("torchvision"):
        vision_operators.define()
    record = Record(Path(folder) / "files")
    import_module(f"tests.corpus.libraries.{module}").write(record)
    record.save(Path(folder) / "expected.json")


if __name__ == "__main__":
    main(*sys.argv[1:])
