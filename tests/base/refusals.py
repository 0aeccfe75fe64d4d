"""The lines of a refused call that copies tensors."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import winitgen


def refusal(spec: Any, base: Path | str, /, **options: Any) -> list[str]:
    """Write a file, which must be refused; return the lines, with names for the paths."""
    folder = Path(base).parent
    before = sorted(os.listdir(folder))
    with pytest.raises((winitgen.SpecError, winitgen.UsageError)) as error:
        winitgen.write(spec, folder / "new.safetensors", base=base, **options)

    assert before == sorted(os.listdir(folder))
    return str(error.value).replace(f"{folder}/", "").splitlines()
