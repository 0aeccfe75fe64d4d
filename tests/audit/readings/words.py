"""A small plan, and what verify says of a file of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import winitgen

SPEC = {"input": 3, "layers": [{"name": "fc", "type": "dense", "units": 2}]}


def told(path: Path | str, spec: Any = SPEC) -> list[str]:
    """Return the lines with which a file is refused, or the notes with which it is verified."""
    try:
        return [*map(str, winitgen.verify(path, spec)["notes"])]
    except winitgen.DiffersError as error:
        return [f"differs: {mistake.message}" for mistake in error.mistakes]
