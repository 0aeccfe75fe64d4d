"""Tensors against each other: other seeds, ids that differ by a character, kernel and bias, other purposes."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations, permutations

import numpy as np

import winitgen
from tests.certificate import pvalues
from tests.certificate.questions import Test
from tests.certificate.tally import CHUNK
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.drawing.whole.sparse import Sparse
from winitgen.numeric.scratch import Workspace

SEEDS = (0, 1, 2, 10, 2**32, 2**63)
"""Neighbours, one with the beginning of another, and some with the same last 32 bits."""

LAYERS = ("fc1", "fc2", "fd1", "fc11")
"""Names that differ in one character, or by an added one."""

SHIFTS = (1, 4)
"""The shifts between two tensors: an element, a block of the cipher."""

NAME = "tensors against each other"


def drawers(size: int, seed: int) -> dict[str, Callable[[int, Workspace], np.ndarray]]:
    """Return functions that draw a chunk of each tensor from an element, with mean 0 and standard deviation 1."""
    found = {}
    for number in SEEDS:
        names = LAYERS if number == 0 else LAYERS[:1]
        drawn = {"init": {"scheme": "normal", "std": 1.0}, "bias_init": {"scheme": "normal", "std": 1.0}}
        layers = [{"name": name, "type": "dense", "units": size, "from": "input", **drawn} for name in names]
        joined = [{"type": "concat", "from": list(names)}] if len(names) > 1 else []
        spec = {"input": 1, "layers": [*layers, *joined]}
        for parameter in winitgen.plan(spec, seed=seed + number).parameters:
            sampler = parameter.distribution.sampler("float32", size)
            found[f"seed {number}, {parameter.id}"] = _with_key(sampler, parameter.key)
    for number in (0, 1):
        init = {"scheme": "sparse", "nonzeros": 3, "std": 1.0, "direction": "incoming"}
        layer = {"name": "fc1", "type": "dense", "units": 5, "init": init}
        sparse = winitgen.plan({"input": 7, "layers": [layer]}, seed=seed + number).parameters[0].distribution
        assert isinstance(sparse, Sparse)
        found[f"seed {number}, positions of fc1/kernel"] = _with_key(
            Uniform(-math.sqrt(3), math.sqrt(3)).sampler("float32", size), sparse.positions
        )
    return found


def _with_key(sampler: Callable[..., np.ndarray], key: bytes) -> Callable[[int, Workspace], np.ndarray]:
    return lambda start, workspace: sampler(key, start, CHUNK, workspace)


def compare(count: int, seed: int) -> list[Test]:
    """Return the correlation of every two tensors, and of their squares, at each shift."""
    draw = drawers(count, seed)
    names, workspace = list(draw), Workspace()
    values = np.empty((len(names), CHUNK))
    sums = {
        (kind, shift): np.zeros((len(names),) * 2) for kind in ("values", "squares") for shift in (0, *SHIFTS)
    }
    fourths = np.array([9 / 5 if "positions" in name else 3.0 for name in names])
    for start in range(0, count, CHUNK):
        for row, one in zip(values, draw.values(), strict=True):
            row[:] = one(start, workspace)
        _add(sums, "values", values)
        np.multiply(values, values, out=values)
        np.subtract(values, 1, out=values)
        np.divide(values, np.sqrt(fourths - 1)[:, None], out=values)
        _add(sums, "squares", values)
    tests = []
    for (kind, shift), products in sums.items():
        number = count // CHUNK * (CHUNK - shift)
        pairs = permutations if shift else combinations
        for one, other in pairs(range(len(names)), 2):
            question = f"{kind} of {names[one]} and {names[other]}, moved by {shift}"
            z = float(products[one, other]) / math.sqrt(number)
            tests.append(Test(NAME, question, *pvalues.score(z)))
    return tests


def _add(sums: dict[tuple[str, int], np.ndarray], kind: str, values: np.ndarray) -> None:
    """Add the products of every two rows, with the second shifted."""
    for (other, shift), total in sums.items():
        if other == kind:
            total[:] += values[:, : CHUNK - shift] @ values[:, shift:].T
