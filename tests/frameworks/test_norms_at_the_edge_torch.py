"""Kernels whose norms come near 0 or the end of a number format: PyTorch computes what was meant, or they are refused."""

import math
import random
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import winitgen

SCALES = {
    "float16": (3.1e-8, 6e-8, 1e-7, 1e-6, 1e-3, 0.02, 300.0, 2e3, 6e3),
    "bfloat16": (1e-24, 1e-21, 1e-19, 1e-18, 1e-13, 1e-12, 1e-11, 0.02, 1e17, 1e18, 4e18, 1e19, 1e25),
    "float32": (1e-24, 1e-21, 1e-19, 1e-18, 1e-13, 1e-12, 1e-11, 0.02, 1e17, 1e18, 4e18, 1e19, 1e25),
    "float64": (1e-200, 1e-155, 1e-153, 1e-100, 1e-13, 1e-12, 0.02, 1e100, 1e152, 1e153, 1e154, 1e200),
    "float8_e4m3fn": (1e-3, 2e-3, 4e-3, 0.02, 1.0, 20.0, 44.0),
    "float8_e5m2": (1e-5, 2e-5, 1e-4, 0.02, 300.0, 3e3, 5.7e3),
}
SHAPES = ((1, 1), (1, 5), (7, 1), (4, 2), (5, 3), (3, 40), (40, 8), (64, 64))
SMALLEST = {"float16": 2.0**-24, "float8_e4m3fn": 2.0**-9, "float8_e5m2": 2.0**-16}
SMALLEST |= dict.fromkeys(("bfloat16", "float32", "float64"), 0.0)
EPS = {
    "float16": 2.0**-9,
    "bfloat16": 2.0**-6,
    "float32": 1e-5,
    "float64": 1e-12,
    "float8_e4m3fn": 0.07,
    "float8_e5m2": 0.13,
}

NUMBER = r"[0-9.]+(?:e[+-][0-9]+)?"
REFUSALS = (
    rf"weight_norm divides by 0 along axis {NUMBER}, as all values at index {NUMBER} are 0 in \w+; choose another scheme, larger values or another dtype"
    rf"|weight_norm divides by 0 along axis {NUMBER}, as \w+ leaves it empty in places; choose another scheme"
    rf"|weight_norm adds squares in float(?:32|64), which holds those of lengths from {NUMBER} to {NUMBER}, but index {NUMBER} of axis {NUMBER} has {NUMBER}; use (?:smaller|larger) values(?:, or dtype float64)?"
    rf"|weight_norm has a length of {NUMBER} at index {NUMBER} of axis {NUMBER}, which does not fit in \w+, whose largest number is {NUMBER}; use smaller values, or another dtype"
    r"|spectral_norm divides by 0, as all values of this kernel are 0 in \w+; choose another scheme, larger values or another dtype"
    rf"|spectral_norm in \w+ is right for a largest singular value from {NUMBER} to {NUMBER} with the vectors of this kernel, which has {NUMBER}; use (?:smaller|larger) values(?:, or a wider dtype)?"
)

Case = tuple[str, dict[str, Any], int]


def cases(count: int, seed: int = 11) -> list[Case]:
    """Return generated layers: each a number format, a layer of it, and a seed."""
    draw = random.Random(seed)  # noqa: S311
    return [
        (dtype := draw.choice([*SCALES]), _layer(draw, dtype), draw.randrange(1000)) for _ in range(count)
    ]


def _layer(draw: random.Random, dtype: str) -> dict[str, Any]:
    """Return a layer whose kernel may have parts of length 0, or beyond the format."""
    units, inputs = draw.choice(SHAPES)
    scale = draw.choice(SCALES[dtype])
    normal = {"scheme": "normal", "std": scale}
    zeros = draw.randrange(inputs + 1)
    values = [0.0] * zeros + [scale] * (inputs - zeros) if zeros < inputs else [scale, 0.0]
    init = draw.choice(
        [
            normal,
            normal,
            {"scheme": "uniform", "low": -2 * scale, "high": 2 * scale},
            {"scheme": "truncated_normal", "std": scale},
            {"scheme": "constant", "value": scale},
            {"scheme": "orthogonal", "gain": scale},
            {"scheme": "identity", "gain": scale},
            {"scheme": "sparse", "nonzeros": 1, "std": scale},
            {"scheme": "listed", "values": values},
            {"scheme": "blocks", "axis": 0, "sizes": [1, units - 1], "init": ["zeros", normal]},
            {"scheme": "blocks", "axis": 1, "sizes": [1, inputs - 1], "init": ["zeros", normal]},
        ]
    )
    norm = {"type": draw.choice(["weight_norm", "spectral_norm"]), "axis": draw.randrange(2)}
    kind = {"type": "dense", "inputs": inputs, "units": units, "use_bias": False}
    if draw.random() < 0.3:
        kind = {**kind, "type": "conv1d", "filters": units, "kernel_size": draw.choice([1, 3])}
        kind.pop("units")
        norm["axis"] = draw.randrange(3)
    return {"name": "m", **kind, "init": init, "kernel_norm": norm}


def planned(layer: dict[str, Any], dtype: str, seed: int) -> winitgen.Plan:
    """Return the plan of one layer."""
    return winitgen.plan({"dtype": dtype, "layers": [layer]}, seed=seed)


def module_of(torch: Any, layer: dict[str, Any], dtype: Any) -> Any:
    """Return PyTorch's layer, with a kernel to be normed, of ones."""
    if layer["type"] == "dense":
        made = torch.nn.Linear(layer["inputs"], layer["units"], bias=False, dtype=dtype)
    else:
        made = torch.nn.Conv1d(
            layer["inputs"], layer["filters"], layer["kernel_size"], bias=False, dtype=dtype
        )
    torch.nn.init.ones_(made.weight)
    return made


def normed(torch: Any, layer: dict[str, Any], state: dict[str, Any], dtype: Any) -> tuple[Any, Any]:
    """Return a kernel and its norm's weight, after five steps of training, of values that are loaded."""
    norm = layer["kernel_norm"]
    made = getattr(torch.nn.utils.parametrizations, norm["type"])(
        module_of(torch, layer, dtype), dim=norm["axis"]
    )
    made.load_state_dict({key: value.to(dtype) for key, value in state.items()}, strict=True)
    made.train()
    first = made.eval().weight.detach().double()
    made.train()
    last = [made.weight for _ in range(5)][-1].detach().double()
    return first, last


def sound(
    torch: Any, layer: dict[str, Any], kernel: Any, found: tuple[Any, Any], room: float, least: float
) -> bool:
    """Return whether a norm gives what it means: the kernel itself, or one of largest singular value 1."""
    norm, wide = layer["kernel_norm"], kernel.double()
    for one in found:
        if not bool(torch.isfinite(one).all()):
            return False
        if norm["type"] == "weight_norm":
            meant = wide
        else:
            matrix = wide.movedim(norm["axis"], 0).flatten(1)
            scaled = wide / wide.abs().max()
            meant = scaled / torch.linalg.matrix_norm(
                scaled.movedim(norm["axis"], 0).reshape(matrix.shape), 2
            )
            least = 0.0
        limit = room * float(meant.abs().max()) + least
        if float((one - meant).abs().max()) > limit:
            return False
    return True


@pytest.fixture
def loaded(torch: Any, weights: Callable[..., dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    """Return a function that writes a plan and loads it, without the layer's name."""
    return lambda plan: {name.removeprefix("m."): value for name, value in weights(plan).items()}


def test_computed_as_meant_or_refused(torch: Any, loaded: Callable[[Any], dict[str, Any]]) -> None:
    """What is planned is computed by PyTorch as it is meant; what is refused PyTorch computes wrongly by itself."""
    written, refused = 0, 0
    wrong: list[object] = []
    for dtype, layer, seed in cases(450):
        try:
            plan = planned(layer, dtype, seed)
        except winitgen.SpecError as error:
            (mistake,) = error.mistakes
            if mistake.path != "layers[0].kernel_norm":
                continue  # a kernel that is refused without a norm, too
            refused += 1
            if not re.fullmatch(REFUSALS, mistake.message):
                wrong.append(mistake.message)
            elif _by_itself(torch, layer, dtype, seed):
                wrong.append((dtype, layer, seed, mistake.message))
            continue
        written += 1
        if not _as_meant(torch, layer, dtype, loaded(plan)):
            wrong.append((dtype, layer, seed))

    assert [] == wrong
    assert written >= 200
    assert refused >= 80


def _as_meant(torch: Any, layer: dict[str, Any], dtype: str, state: dict[str, Any]) -> bool:
    """Return whether PyTorch computes what a file means: in float32 if it has 8 bits, which are only stored."""
    computed = getattr(torch, "float32" if "float8" in dtype else dtype)
    (kernel,) = (value for key, value in state.items() if key.endswith(("original", "original1")))
    room, smallest = EPS[dtype], SMALLEST[dtype]
    if (
        layer["kernel_norm"]["type"] == "spectral_norm"
    ):  # u and v are accurate to 2^-16, and to the format's digits
        lost = (
            smallest * math.sqrt(max(kernel.shape)) / float(kernel.double().norm())
            if dtype == "float16"
            else 0.0
        )
        room = max(16 * room, 1e-4) + 4 * lost
    return sound(torch, layer, kernel, normed(torch, layer, state, computed), room, smallest)


def _by_itself(torch: Any, layer: dict[str, Any], dtype: str, seed: int) -> bool:
    """Return whether PyTorch's own norm of the kernel gives what it means, which makes a refusal needless."""
    norm, bare = layer["kernel_norm"], {key: value for key, value in layer.items() if key != "kernel_norm"}
    values = winitgen.generate(planned(bare, dtype, seed))["m.weight"]
    kernel = torch.from_numpy(values.astype(np.float64))
    if norm["type"] == "weight_norm" and "float8" in dtype:
        lengths = torch.norm_except_dim(kernel, 2, norm["axis"]).to(getattr(torch, dtype)).double()
        return bool(torch.isfinite(lengths).all()) and float(lengths.min()) > 0
    made = module_of(torch, layer, getattr(torch, "float32" if "float8" in dtype else dtype))
    with torch.no_grad():
        made.weight.copy_(kernel)
    torch.manual_seed(0)
    torch.set_flush_denormal(True)  # as on many processors: squares that are subnormal may be lost
    try:
        made = getattr(torch.nn.utils.parametrizations, norm["type"])(made, dim=norm["axis"])
        found = [made.weight.detach().double() for _ in range(30)][-1]
    finally:
        torch.set_flush_denormal(False)
    room = 1e-6 if norm["type"] == "weight_norm" else 0.02
    return sound(torch, layer, kernel, (found, found), room, SMALLEST[dtype])
