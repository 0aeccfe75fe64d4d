"""The checkpoint of the library for a case, winitgen's for the same config, and how the two are compared."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import winitgen
from tests.families.family_cases import Case
from winitgen.layouts import tensors
from winitgen.numeric.arrays import Array
from winitgen.spec.model import ModelSpec


class Tensor(NamedTuple):
    """One tensor of a file: its number format as the file names it, and its values."""

    dtype: str
    values: Array


Checkpoint = dict[str, Tensor]


def config_of(transformers: Any, name: str, case: Case) -> Any:
    """Return the library's config of a case, with every field."""
    return transformers.AutoConfig.for_model(name, **case.fields, architectures=[case.cls])


def new_model(transformers: Any, torch: Any, name: str, case: Case, seed: int = 0) -> Any:
    """Return a new model of a case, in the number format of its config."""
    torch.manual_seed(seed)
    config = config_of(transformers, name, case)
    dtype = getattr(torch, case.fields.get("dtype", "float32"))
    return getattr(transformers, case.cls)._from_config(config, dtype=dtype)


def read(path: Path) -> Checkpoint:
    """Return the tensors of a safetensors file."""
    from safetensors.torch import load_file

    return {
        name: Tensor(str(tensor.dtype).removeprefix("torch."), tensor.double().numpy())
        for name, tensor in load_file(path).items()
    }


def write(config: Path, folder: Path, seed: int = 0) -> Checkpoint:
    """Write winitgen's checkpoint for a config, with the config beside it, and return its tensors."""
    folder.mkdir(exist_ok=True)
    winitgen.write(config, folder / "model.safetensors", seed=seed, fsync=False, force=True)
    if config.parent != folder:
        (folder / "config.json").write_bytes(config.read_bytes())
    return read(folder / "model.safetensors")


def kinds(checkpoint: Checkpoint) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return the number format and the shape of each tensor."""
    return {name: (tensor.dtype, tensor.values.shape) for name, tensor in sorted(checkpoint.items())}


def planned_kinds(spec: Path | ModelSpec) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return the number format and the shape of each tensor that winitgen would write for a config or its layer-spec."""
    return {tensor.name: (tensor.dtype, tensor.shape) for tensor in tensors(winitgen.plan(spec))}


def differences(ours: Checkpoint, theirs: Checkpoint) -> Iterator[str]:
    """Yield every tensor, and every role, that is drawn by another law in one of two checkpoints of the same tensors.

    Constants must be equal, and zero rows the same. What varies must have the same mean, standard deviation
    (within 1 % or 3 standard errors for a role, 5 for a tensor) and kurtosis (within 6 standard errors). A role is
    the tensors of one shape whose names differ in numbers alone: of convolutions, each shape has its own fans.
    """
    roles: dict[tuple[str, tuple[int, ...]], list[tuple[Array, Array]]] = defaultdict(list)
    for name, tensor in sorted(theirs.items()):
        pair = ours[name].values, tensor.values
        roles[re.sub(r"\d+", "{}", name), tensor.values.shape].append(pair)
        yield from (f"{name}: {what}" for what in _different(*pair, least=0.01, errors=5))
    for (role, _), pairs in roles.items():
        both = [np.concatenate([pair[side].ravel() for pair in pairs]) for side in (0, 1)]
        yield from (f"{role}: {what}" for what in _different(both[0], both[1], least=0.01, errors=3))


def _different(ours: Array, theirs: Array, *, least: float, errors: float) -> Iterator[str]:
    if theirs.size and np.ptp(theirs) == 0:
        if not np.array_equal(ours, theirs):
            yield f"{ours.ravel()[:3]}, not all {theirs.ravel()[0]:.6g}"
        return
    if np.ptp(ours) == 0:
        yield f"all {ours.ravel()[0]:.6g}, not {theirs.mean():.4g} +- {theirs.std():.4g}"
        return
    if np.array_equal(ours, theirs):
        return
    if theirs.ndim == 2 and not np.array_equal(_zero_rows(ours), _zero_rows(theirs)):
        yield f"rows {_zero_rows(ours)} are 0, not {_zero_rows(theirs)}"
    size, std = theirs.size, theirs.std()
    kurtosis = [_kurtosis(x) for x in (ours, theirs)]
    error = math.sqrt(max(min(kurtosis) - 1, 0.1) / 4 * 2 / size)
    if abs(ours.std() / std - 1) > max(least, errors * error) and size >= 30:
        yield f"std {ours.std():.5g}, not {std:.5g}"
    if abs(ours.mean() - theirs.mean()) > max(errors, 4) * std * math.sqrt(2 / size) + 1e-12:
        yield f"mean {ours.mean():.5g}, not {theirs.mean():.5g}"
    if size >= 1000 and abs(kurtosis[0] - kurtosis[1]) > 6 * math.sqrt(2 * 24 / size):
        yield f"kurtosis {kurtosis[0]:.3f}, not {kurtosis[1]:.3f}"


def _kurtosis(values: Array) -> float:
    squares = np.square(values - values.mean())  # NumPy's ** 4 takes twenty times as long
    return float(np.square(squares).mean() / squares.mean() ** 2)


def _zero_rows(table: Array) -> list[int]:
    return [int(row) for row in np.flatnonzero(~table.any(1))]
