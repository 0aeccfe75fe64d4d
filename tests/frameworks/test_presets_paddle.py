"""`preset: paddle` against figures of PaddlePaddle's own fresh layers, recorded by `paddle/measure.py`."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.frameworks.preset_layers import LAYERS
from winitgen.catalog.presets import PRESETS
from winitgen.planning.plan import Parameter

MEASURED = json.loads((Path(__file__).parent / "paddle" / "measured.json").read_text(encoding="utf-8"))
ATTENTION = {"attention": ({"type": "multi_head_attention", "heads": 4}, [5, 160])}
SIZES = {**LAYERS, **ATTENTION}


def difference(parameter: Parameter, figures: list[float]) -> str:
    """Return how a parameter differs from the measured values, or nothing.

    A constant must be equal; a mean and a standard deviation within five standard errors; the end of a uniform
    within 1 %.
    """
    count, mean, std, largest = figures
    assert parameter.std is not None
    if std == 0:
        return "" if (parameter.mean, parameter.std) == (mean, 0) else f"{mean} is measured"
    if abs(std / parameter.std - 1) > 5 / math.sqrt(2 * count) or abs(mean) > 5 * std / math.sqrt(count):
        return f"std {std} and mean {mean} are measured, {parameter.formula} planned"
    limit = getattr(parameter.distribution, "high", math.inf)
    if (limit < math.inf) != (largest < 2 * std) or (limit < math.inf and abs(largest / limit - 1) > 0.01):
        return f"largest {largest} is measured, {parameter.formula} planned"
    return ""


@pytest.mark.parametrize("name", [name for name in MEASURED if name != "version"])
def test_the_preset_draws_as_paddle_did(name: str) -> None:
    """Each parameter has the mean, the standard deviation and the limit that were measured."""
    options, flow = SIZES[name]
    plan = winitgen.plan(
        {"input": flow, "defaults": {"preset": "paddle"}, "layers": [{"name": "a", **options}]}
    )
    ours: dict[str, Any] = {p.id[2:]: p for p in plan.parameters if p.why != "buffer"}

    assert set(MEASURED[name]) == set(ours)
    assert [] == [line for key, p in ours.items() if (line := difference(p, MEASURED[name][key]))]


def test_the_version_is_the_presets() -> None:
    """The figures are of the version that the preset names."""
    assert f"paddlepaddle {MEASURED['version']}" == PRESETS["paddle"].version
