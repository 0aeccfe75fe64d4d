"""Tensors with known values, and helpers to write and read any format."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from winitgen.files.formats import FORMATS
from winitgen.files.formats.format import Format
from winitgen.files.input import open_weights
from winitgen.files.output.options import WriteOptions
from winitgen.files.output.output_plan import plan_output
from winitgen.files.output.publish import publish
from winitgen.numeric.dtypes import DTYPES, FLOAT_DTYPES

RECIPE = '{"dtype":"float32","layout":"torch","seed":0,"spec":{"model":"m"},"stream":1}'
METADATA = {"format": "pt", "winitgen": RECIPE}


def recipe_in(path: str | Path) -> str | None:
    """Return the recipe in a file."""
    with open_weights(path, recipe_only=True) as weights:
        return weights.recipe


class Fake:
    """A tensor of small integers, which every number format holds exactly."""

    def __init__(self, name: str, shape: tuple[int, ...], dtype: str = "float32", shift: int = 0) -> None:
        self.name = name
        self.keras_path = f"layers/{name}"
        self.shape = shape
        self.dtype = dtype
        self.shift = shift + sum(name.encode(errors="surrogatepass"))

    def draw(self, start: int, count: int, workspace: Any) -> Any:
        """Return elements in scratch memory, as a real tensor may."""
        values = workspace.array("values", count, DTYPES[self.dtype].numpy())
        wide = (np.arange(start, start + count) * 7 + self.shift) % 17 - 8.0
        values[:] = np.abs(wide) if values.dtype.kind in "ub" else wide
        return values

    def values(self) -> Any:
        """Return the whole array."""
        from winitgen.numeric.scratch import Workspace

        return self.draw(0, int(np.prod(self.shape, dtype=object)), Workspace()).reshape(self.shape)


@pytest.fixture
def fake() -> Any:
    """Return the class of known tensors."""
    return Fake


@pytest.fixture
def metadata() -> Any:
    """Return the metadata of a plan."""
    return dict(METADATA)


@pytest.fixture
def model() -> Any:
    """Return tensors of number formats and awkward shapes, in no particular order: those of the recorded files."""
    shapes = [(3, 700), (), (0, 4), (5000,), (2, 3, 4), (1,), (17, 1), (9,), (33,)]
    return [
        Fake(f"layer{index}.{dtype}", shape, dtype)
        for index, (dtype, shape) in enumerate(zip((*FLOAT_DTYPES, "int64"), shapes, strict=True))
    ]


@pytest.fixture(params=FORMATS.values(), ids=lambda row: row.name)
def file_format(request: pytest.FixtureRequest) -> Any:
    """Return each format in turn: a test with this fixture covers every future format too."""
    return request.param


@pytest.fixture
def target(tmp_path: Path, file_format: Format) -> Any:
    """Return a path for this format, as text."""
    return f"{tmp_path}/out{file_format.endings[0]}"


@pytest.fixture
def save(metadata: dict[str, str]) -> Any:
    """Return a function that writes tensors with default options."""

    def save(
        file_format: Format, tensors: Any, path: Path, *, metadata: Any = metadata, **options: Any
    ) -> Any:
        return publish(plan_output(file_format, tensors, metadata), path, WriteOptions(**options))

    return save


@pytest.fixture
def digest() -> Any:
    """Return a function that computes one SHA-256 of a file, or of all files of a folder."""

    def digest(path: Path) -> Any:
        total = hashlib.sha256()
        path = Path(path)
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            total.update(file.read_bytes())
        return total.hexdigest()

    return digest
