"""Numbers at the end of float64: plans and reports are valid JSON, with the true mean."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

import winitgen

LARGEST = 1.7976931348623157e308

INITS: dict[str, tuple[Any, float, float]] = {
    "constant": ({"scheme": "constant", "value": LARGEST}, LARGEST, 0.0),
    "mask": ({"scheme": "causal_mask", "above": -1.7e308}, -1.7e308 / 4, math.sqrt(3) / 4 * 1.7e308),
    "both ends": (
        {"scheme": "causal_mask", "below": LARGEST, "above": -LARGEST},
        LARGEST / 2,
        math.sqrt(3) / 2 * LARGEST,
    ),
    "normal": ({"scheme": "normal", "mean": 1.8e307, "std": 1e289}, 1.8e307, 1e289),
    "blocks": (
        {"scheme": "blocks", "sizes": [1, 1], "init": [{"scheme": "normal", "std": 1e200}, "zeros"]},
        0.0,
        1e200 / math.sqrt(2),
    ),
}


@pytest.mark.parametrize("kind", INITS)
def test_report(kind: str, tmp_path: Path) -> None:
    """The mean and the standard deviation over all values are those of the scheme."""
    init, mean, std = INITS[kind]
    layer = {"name": "p", "type": "param", "shape": [2, 2], "init": init}
    written = winitgen.write({"dtype": "float64", "layers": [layer]}, tmp_path / "w.safetensors")
    (row,) = written.report["tensors"]

    json.dumps(written.report, allow_nan=False)
    assert {"mean": pytest.approx(mean), "std": pytest.approx(std)} == row["planned"]
