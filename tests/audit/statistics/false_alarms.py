"""Counts false alarms of ``verify --statistics`` over good files, by hand: ``python -m tests.audit.statistics.false_alarms 10000``.

The files are those of three models, drawn by NumPy with other seeds, in four number formats. Not a test: it takes minutes.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import ml_dtypes
import numpy as np

import winitgen
from tests.audit.statistics.conftest import Arrays, stored
from winitgen.audit.statistics import check
from winitgen.files.input.open_file import OpenFile

FORMATS = {
    "float32": np.float32,
    "float16": np.float16,
    "bfloat16": ml_dtypes.bfloat16,
    "float8_e4m3fn": ml_dtypes.float8_e4m3fn,
}
UNITS = [(48, 20, 64), (33, 70, 9), (128, 16, 5)]


def spec_of(units: tuple[int, ...]) -> dict[str, Any]:
    """Return a model with layers of one shape, experts, a small bias and a padded table."""
    layers: list[dict[str, Any]] = [
        {"name": "t", "type": "embedding", "count": 50, "dim": units[0], "padding_index": 0, "init": {"scheme": "normal", "std": 0.02}}
    ]  # fmt: skip
    for number, width in enumerate([*units, units[0], units[0], units[0]]):
        bias = {"scheme": "uniform", "low": -0.25, "high": 0.25}
        init = "he_normal" if number % 2 else "he_uniform"
        layers.append(
            {"name": f"l{number}", "type": "dense", "units": width, "init": init, "bias_init": bias}
        )
    layers.append(
        {"name": "e", "type": "param", "shape": [4, 24, 18], "init": {"scheme": "normal", "std": 0.1}}
    )
    return {"input": {"tokens": 7}, "layers": layers}


def drawn(planned: Any, rng: np.random.Generator, dtype: Any) -> Arrays:
    """Return the arrays of a good file."""
    arrays = {}
    for layer in planned.layers:
        for parameter in layer.parameters:
            name = (
                parameter.id.replace("/kernel", ".weight")
                .replace("/embeddings", ".weight")
                .replace("/bias", ".bias")
            )
            shape = parameter.shape
            if "uniform" in parameter.scheme:
                half = parameter.std * 3**0.5
                values = rng.uniform(parameter.mean - half, parameter.mean + half, shape)
            else:
                values = rng.normal(parameter.mean, parameter.std, shape)
            if name == "t.weight":
                values[0] = 0.0
            arrays[name] = values.astype(dtype)
    return arrays


def main(files: int) -> None:
    """Print how many of so many good files raise an alarm, and the lines."""
    rng, alarms, lines = np.random.default_rng(20), 0, Counter[str]()
    plans = [
        (winitgen.plan(spec_of(units), dtype=name), kind) for units in UNITS for name, kind in FORMATS.items()
    ]
    for number in range(files):
        planned, kind = plans[number % len(plans)]
        found = [stored(name, array) for name, array in drawn(planned, rng, kind).items()]
        report = check(OpenFile("w", "test", found), planned)
        alarms += report["verdict"] != "agrees"
        lines.update(
            f"{planned.dtype} {row['name']}: {line}" for row in report["tensors"] for line in row["why"]
        )
        lines.update(f"missing {name}" for name in report["missing"])
    print(f"{alarms} of {files} good files raised an alarm; at most {files / 2000:g} are promised")
    for line, count in lines.most_common(20):
        print(count, line)


if __name__ == "__main__":
    main(int(sys.argv[1]))
