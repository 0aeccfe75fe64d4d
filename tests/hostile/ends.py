"""The ends of the arithmetic: every option of every scheme at the smallest and the largest values that it takes."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.cli.conftest import Run
from tests.cli.in_process import run_here
from tests.hostile.target import FILE, check_mistakes
from winitgen import load
from winitgen.catalog.schemes import SCHEMES
from winitgen.catalog.schemes import options as kinds
from winitgen.catalog.schemes.scheme import Scheme
from winitgen.errors import SpecError
from winitgen.numeric.dtypes import FLOAT_DTYPES

REALS = (
    *(
        0.0,
        -0.0,
        5e-324,
        -5e-324,
        1e-310,
        2.3e-308,
        1e-300,
        1e-290,
        1e-162,
        1e-150,
        1.4e-45,
        1e-38,
        1e-8,
        6e-8,
    ),
    *(
        0.25,
        1.0,
        -1.0,
        57344.0,
        65504.0,
        65520.0,
        3.4e38,
        3.5e38,
        1e39,
        1e77,
        1e150,
        1e154,
        1e155,
        1e280,
        1e290,
    ),
    *(-1e290, 1e291, 1.7e308),
)
POSITIVES = tuple(value for value in REALS if value > 0)
CHANCES = (5e-324, 1e-300, 1e-17, 1e-9, 0.5, 1 - 2**-53, 0.999)
COUNTS = (1, 2, 3, 2**31, 2**40)

NEEDED: dict[str, Any] = {
    "value": 0.5, "values": [0.5, 1, 2, 3, 4, 5], "p": 0.1, "low": -1.0, "high": 1.0, "nonzeros": 1, "count": 2,
    "file": "x.npy", "tensor": "x", "sha256": "0" * 64,
}  # fmt: skip


PAIRS = (
    *([-1e290, 1e290], [-5e-324, 5e-324], [1.0, 1.0], [8.0, 9.0], [37.0, 40.0], [-1e-9, 1e-9], [0.0, 1e290]),
)

OF_A_KIND: dict[type, list[Any]] = {
    kinds.Bounds: [*POSITIVES, *PAIRS],
    kinds.Gain: [*REALS, "auto", "torch", "relu"],
    kinds.Sizes: [[1], [1, 1], [2, 3], [2**20], [2**20] * 3, [1] * 65],
    kinds.Numbers: [*([value] * 6 for value in REALS), [1e290, -1e290, 5e-324, 0.0, 1.0, 65520.0]],
    kinds.Inits: [["zeros", "ones"], ["normal", "zeros"]],
    bool: [True, False],
    int: [0, -1, *COUNTS],
    str: ["x"],
    float: list(REALS),
}
"""The ends of an option by its class, or by the type of its values."""


def values_of(option: kinds.Option) -> list[Any]:
    """Return values of an option at the ends of what it takes, and some beyond."""
    if isinstance(option, kinds.Choice):
        return list(option.choices)
    if option.limits.get("lt"):
        return [*CHANCES, 1.0]
    return OF_A_KIND.get(type(option)) or OF_A_KIND[option.kind]


def bare(row: Scheme) -> dict[str, Any]:
    """Return a scheme with usual values for the options that it needs."""
    return {
        "scheme": row.name,
        **{name: NEEDED.get(name, values_of(row.options[name])[-1]) for name in row.needs},
    }


def schemes() -> Iterator[dict[str, Any]]:
    """Yield every scheme with one option at an end, or with two; but ``file``, whose numbers are those of a file."""
    for row in SCHEMES.values():
        if row.name == "file":
            continue
        yield bare(row)
        for name, option in row.options.items():
            for value in values_of(option):
                yield {**bare(row), name: value}
        numbers = [name for name, option in row.options.items() if option.kind is float]
        for first, second in pairwise(numbers):
            for low, high in (
                (1e290, 1e290),
                (1e290, -1e290),
                (-1e290, 1e290),
                (5e-324, 5e-324),
                (0.0, 1e-300),
            ):
                yield {**bare(row), first: low, second: high}


LAYERS: tuple[dict[str, Any], ...] = (
    {"type": "dense", "units": 3},
    {"type": "dense", "units": 1, "activation": "relu"},
    {"type": "conv2d", "filters": 4, "kernel_size": 2, "activation": "tanh"},
    {"type": "param", "shape": [3, 2]},
    {"type": "param", "shape": [1]},
    {"type": "param", "shape": [6]},
)


def specs() -> Iterator[dict[str, Any]]:
    """Yield a layer-spec for each scheme at its ends; layers, number formats and seeds take turns."""
    number = 0
    for scheme in schemes():
        for layer in LAYERS:
            number += 1
            conv = layer["type"] == "conv2d"
            yield {
                "input": [4, 4, 3] if conv else 2,
                "dtype": FLOAT_DTYPES_[number % len(FLOAT_DTYPES_)],
                "seed": (0, 2**64 - 1)[number % 2],
                "layers": [{"name": "l", **layer, "init": scheme}],
            }


FLOAT_DTYPES_ = tuple(FLOAT_DTYPES)


def check(spec: dict[str, Any], folder: Path) -> str:
    """Run every command on a layer-spec; return ``refused`` or ``done``; raise `AssertionError` for a wrong answer."""
    text = json.dumps(spec)
    (folder / "m.yaml").write_text(text)
    planned = _run(folder, "plan", "m.yaml", "--json")
    if planned.code == 2:
        try:
            load.plan(load.parse_spec(text.encode(), FILE))
        except SpecError as error:
            check_mistakes(error, text.encode())
            return "refused"
    assert 0 == planned.code, planned
    for command, codes in COMMANDS:
        run = _run(folder, *command)
        assert run.code in codes, (command, run)
    return "done"


COMMANDS: tuple[tuple[tuple[str, ...], tuple[int, ...]], ...] = (
    (("plan", "m.yaml"), (0,)),
    (("init", "m.yaml", "-o", "a.safetensors", "--force", "--report", "r.html", "--report", "r.md"), (0,)),
    (("init", "m.yaml", "-o", "b.npz", "--force", "--seed", "7", "--json", "--digest"), (0,)),
    (("inspect", "a.safetensors"), (0,)),
    (("inspect", "a.safetensors", "--json"), (0,)),
    (("inspect", "a.safetensors", "--tensor", "l.weight"), (0, 2)),
    (("inspect", "a.safetensors", "--tensor", "l"), (0, 2)),
    (("diff", "a.safetensors", "b.npz"), (0, 1)),
    (("diff", "a.safetensors", "b.npz", "--json"), (0, 1)),
    (("verify", "a.safetensors"), (0,)),
    (("verify", "b.npz", "m.yaml", "--seed", "7", "--json"), (0,)),
    (("verify", "a.safetensors", "m.yaml", "--statistics"), (0,)),
    (("verify", "a.safetensors", "m.yaml", "--statistics", "--json"), (0,)),
    (("probe", "m.yaml", "--samples", "3", "--report", "p.html", "--report", "p.md"), (0, 2)),
    (("probe", "m.yaml", "--samples", "3", "--json"), (0, 2)),
)
"""Every command, and the exit codes that it may have."""


def _run(folder: Path, *command: str) -> Run:
    run = run_here(*command, cwd=folder)
    assert len(run.err.splitlines()) <= (1 if run.code != 2 else 100), (command, run)
    if "--json" in command and run.code != 2:
        json.loads(run.out, parse_constant=_refuse)
    return run


def _refuse(word: str) -> None:
    raise AssertionError(f"{word} is not JSON")


def main() -> None:
    """Check all of the layer-specs; print what fails."""
    outcomes: Counter[str] = Counter()
    with TemporaryDirectory() as name:
        for number, spec in enumerate(specs()):
            if number % int(sys.argv[2]) != int(sys.argv[1]):
                continue
            try:
                outcomes[check(spec, Path(name))] += 1
            except Exception as error:  # whatever it is, it is a fault
                outcomes["failed"] += 1
                print(json.dumps(spec), type(error).__name__, str(error)[:600], sep="\n  ", flush=True)
    print(dict(outcomes))


if __name__ == "__main__":
    main()
