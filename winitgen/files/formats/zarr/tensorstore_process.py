"""The process in which TensorStore reads a folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

assert sys.platform != "win32"  # it has no such process

from winitgen.errors import printable  # noqa: E402
from winitgen.files.formats.zarr.tensorstore_session import TensorStoreSession  # noqa: E402
from winitgen.files.input.stored_array import DamagedValuesError  # noqa: E402
from winitgen.files.sandbox.memory import limit_memory  # noqa: E402
from winitgen.files.sandbox.served import serve  # noqa: E402
from winitgen.files.sandbox.spawned import ASKED, HEARD  # noqa: E402


def main(argument: str) -> None:
    """Answer the requests of the process that started this one; ``argument`` is a JSON list of what the session gets."""
    folder, shown, database = json.loads(argument)
    session = TensorStoreSession(folder, shown, database=database, limit=limit_memory)
    try:
        import numpy  # noqa: F401
        import tensorstore  # noqa: F401
    except ImportError as error:
        serve(partial(_refused, shown, printable(str(error))), ASKED, HEARD, set())
    serve(session.answer, ASKED, HEARD, set())


def _refused(shown: str, trouble: str, _: Any) -> Iterator[bytes]:
    why = f"TensorStore cannot be imported: {trouble}"
    raise DamagedValuesError(f"{shown} cannot be read: {why}", why)
    yield b""
