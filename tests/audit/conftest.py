"""Models in files of every format, for verification."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import winitgen
from winitgen.files.formats import FORMATS
from winitgen.planning.plan import Plan

SPECS = Path(__file__).parents[2] / "specs"
LARGE = (
    *("vgg16", "gpt2", "resnet18", "unet", "he2015", "t5-small", "whisper-tiny", "swin-tiny"),
    *("convnext-tiny", "vit-b16"),
)
"""Examples of tens or hundreds of megabytes, whose layers other examples have too."""

EXAMPLES = sorted(path.stem for path in SPECS.glob("*.yaml") if path.stem not in LARGE)
LAYOUTS = ("torch", "keras", "flax", "nnx")
TORCH_ONLY = ("diffusion-block", "swin-tiny", "t5-small", "whisper-tiny")
"""Examples whose attention neither Keras nor Flax has."""

Wrong = Callable[..., list[str]]


@pytest.fixture
def small() -> dict[str, Any]:
    """A model whose tensors have unequal fans, one of several blocks, and a scalar."""
    return {
        "input": 300,
        "layers": [
            {"name": "fc1", "type": "dense", "units": 500, "activation": "relu"},
            {"name": "act", "type": "prelu"},
            {"name": "out", "type": "dense", "units": 7},
        ],
    }


@pytest.fixture
def wrong() -> Wrong:
    """Return a function that verifies a differing file and returns the lines of the error."""

    def lines(path: str | Path, *args: Any, **options: Any) -> list[str]:
        with pytest.raises(winitgen.DiffersError) as caught:
            winitgen.verify(path, *args, **options)
        assert [str(mistake) for mistake in caught.value.mistakes] == str(caught.value).splitlines()
        return [mistake.message for mistake in caught.value.mistakes]

    return lines


def path_of(folder: Path, name: str) -> str:
    """Return a path for this format in a folder."""
    return f"{folder}/w{FORMATS[name].endings[0]}"


def write(plan: Plan, path: str, name: str | None = None) -> None:
    """Write a plan without waiting for the disk."""
    winitgen.write(plan, path, format=name, fsync=False)


def with_recipe(path: Path, change: Callable[[dict[str, Any]], object] | str) -> Path:
    """Rewrite a safetensors file with a changed recipe, or with the given text as recipe."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    if isinstance(change, str):
        header["__metadata__"]["winitgen"] = change
    else:
        recipe = json.loads(header["__metadata__"]["winitgen"])
        change(recipe)
        header["__metadata__"]["winitgen"] = json.dumps(recipe, sort_keys=True, separators=(",", ":"))
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content[8 + length :])
    return path
