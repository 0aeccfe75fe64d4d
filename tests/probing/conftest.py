"""A function for the tests of real samples: it writes a file of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Written = Callable[[str, Any], str]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    """Return a function that writes an array, several arrays, or text, and returns the file's name."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, content: Any) -> str:
        if isinstance(content, str):
            Path(name).write_text(content, encoding="utf-8")
        elif isinstance(content, dict):
            np.savez(name, **content)
        else:
            np.save(name, content)
        return name

    return write
