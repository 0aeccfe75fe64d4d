"""Code that is written for safetensors' ``safe_open`` works with `winitgen.open`: the same calls on a file and on its spec."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open

import winitgen
from tests.checkpoint.models import LAYOUTS, MODELS
from tests.needed import missing

Opened = Callable[[], Any]


def seen(opened: Any, bits: Callable[[Any], Any]) -> list[Any]:
    """Return all that the methods of ``safe_open`` give, with slices that it has: no step below 1, no end beyond the axis."""
    found: list[Any] = [type(opened.keys()), opened.keys(), opened.offset_keys(), opened.metadata()]
    drawn = random.Random(5)  # noqa: S311 - slices, not secrets
    for name in opened.offset_keys():
        part = opened.get_slice(name)
        found += [name, part.get_shape(), part.get_dtype(), bits(opened.get_tensor(name))]
        for _ in range(4):
            index: list[Any] = []
            for size in part.get_shape():
                low, high = sorted((drawn.randint(0, size), drawn.randint(0, size)))
                step = drawn.choice([1, 2, 3])
                index.append(
                    slice(low, high, step)
                    if low < high
                    else drawn.randrange(-size, size)
                    if size
                    else slice(0)
                )
            found.append((index, bits(part[tuple(index) if index else ...])))
    found.append({name: bits(tensor) for name, tensor in opened.get_tensors().items()})
    return found


def of_numpy(array: Any) -> tuple[Any, ...]:
    """Return all that tells arrays apart."""
    return type(array), array.dtype, array.shape, array.flags.writeable, array.tobytes()


def of_jax(array: Any) -> tuple[Any, ...]:
    """Return all that tells arrays apart."""
    return type(array), array.dtype, array.shape, np.asarray(array).tobytes()


def of_torch(tensor: Any) -> tuple[Any, ...]:
    """Return all that tells tensors apart; not all formats compare, nor become arrays."""
    import torch

    flat = tensor.reshape(-1).clone(memory_format=torch.contiguous_format)
    return type(tensor), tensor.dtype, tensor.shape, flat.view(torch.uint8).numpy().tobytes()


def both(
    spec: Any, path: Path, framework: str, bits: Callable[[Any], Any], **options: Any
) -> list[list[Any]]:
    """Return what a file gives, and what its spec gives."""
    winitgen.write(spec, path, force=True, **options)
    with safe_open(path, framework) as file, winitgen.open(spec, framework, **options) as opened:
        return [seen(file, bits), seen(opened, bits)]


@pytest.mark.parametrize("model", MODELS)
def test_numpy(model: str, tmp_path: Path) -> None:
    """Every model in every layout that has it, and formats that NumPy has."""
    for number, layout in enumerate(LAYOUTS):
        if model == "recurrent" and layout in ("flax", "nnx"):
            continue
        dtype = ("float32", "float16", "float64", None)[number]
        one, other = both(
            MODELS[model], tmp_path / "w.safetensors", "np", of_numpy, layout=layout, dtype=dtype
        )
        assert one == other


@pytest.mark.slow
def test_the_frameworks(tmp_path: Path) -> None:
    """PyTorch's tensors, and JAX's arrays, in all number formats that they have."""
    try:
        import jax
        import torch
    except ImportError as error:
        missing(str(error.name), "install the frameworks")
    assert jax.numpy.float32 is not torch.float32
    path, layer = tmp_path / "w.safetensors", {"type": "param", "shape": [3, 5]}
    numbers = {"scheme": "integers", "low": 0, "high": 2}
    whole = ["int64", "int32", "int16", "int8", "uint8", "uint16", "uint32", "uint64", "bool"]
    floats = ["float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"]
    floats += ["float8_e4m3fnuz", "float8_e5m2fnuz", "float64"]
    layers = [layer | {"name": name, "dtype": name, "init": numbers} for name in whole]
    layers += [layer | {"name": name, "dtype": name, "init": "normal"} for name in floats]
    one, other = both({"layers": layers}, path, "pt", of_torch)
    assert one == other
    narrow = [one for one in layers if "64" not in one["name"] and "float8" not in one["name"]]
    one, other = both({"layers": narrow}, path, "flax", of_jax)
    assert one == other
    for number, name in enumerate(["torch", "pytorch", "jax", "numpy"]):
        one, other = both({"layers": layers[:2]}, path, name, (of_torch, of_torch, of_jax, of_numpy)[number])
        assert one == other


@pytest.mark.slow
def test_a_device(tmp_path: Path) -> None:
    """Tensors are where PyTorch is told to have them, on a device without memory as well; one that is not there is refused."""
    try:
        import torch
    except ImportError as error:
        missing(str(error.name), "install the frameworks")
    spec = {"input": 3, "layers": [{"name": "fc", "type": "dense", "units": 2}]}
    places = [
        winitgen.open(spec, "pt", place).get_tensor("fc.weight").device.type
        for place in (None, "cpu", "meta")
    ]

    assert ["cpu", "cpu", "meta"] == places
    with pytest.raises(
        winitgen.UsageError, match=r"^device is one that PyTorch has here, not 'gpu': Expected one of cpu, "
    ):
        winitgen.open(spec, "pt", "gpu")
    assert torch.device("cpu") == winitgen.open(spec, "pt", torch.device("cpu")).get_tensor("fc.bias").device


def test_all_methods_are_there() -> None:
    """What ``safe_open`` has, of which the version that is installed may have less or more than the oldest."""
    methods = {name for name in dir(safe_open) if not name.startswith("_")}

    assert set() == methods - {*dir(winitgen.Checkpoint)}
