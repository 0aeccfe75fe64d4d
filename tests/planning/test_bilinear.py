"""The fans of a bilinear layer, by hand, and what frameworks make of them."""

from __future__ import annotations

import math
from typing import Any

import pytest

import winitgen
from winitgen.errors import SpecError
from winitgen.planning.plan import Parameter

ONE, TWO, OUT = 5, 3, 7


def planned(layout: str = "torch", **options: Any) -> list[Parameter]:
    """Return the kernel and the bias of a bilinear layer."""
    defaults = options.pop("defaults", {})
    layer = {"name": "form", "type": "bilinear", "from": "x", "other": "z", "units": OUT, **options}
    spec = {"input": {"x": ONE, "z": TWO}, "defaults": defaults, "layers": [layer]}
    return list(winitgen.plan(spec, layout=layout).parameters)


def test_a_unit_sums_all_products() -> None:
    """fan_in is the number of products, and each reaches every unit; `auto` follows the activation."""
    kernel, bias = planned(activation="relu")

    assert ((OUT, ONE, TWO), ONE * TWO, OUT) == (kernel.shape, kernel.fan_in, kernel.fan_out)
    assert ((OUT,), ONE * TWO, OUT) == (bias.shape, bias.fan_in, bias.fan_out)
    assert kernel.std == pytest.approx(math.sqrt(2 / (ONE * TWO)))


def test_torch_divides_by_the_first_input_alone() -> None:
    """`nn.Bilinear` draws from U(-1/sqrt(in1), 1/sqrt(in1)), so its output grows with the second input."""
    for parameter in planned(defaults={"preset": "torch"}):
        assert parameter.std == pytest.approx(1 / math.sqrt(3 * ONE))


def test_torch_takes_the_last_axis_for_a_receptive_field() -> None:
    """With its quirks fan_out is units * in2."""
    assert {(ONE * TWO, OUT * TWO)} == {(p.fan_in, p.fan_out) for p in planned(quirks="torch")}


@pytest.mark.parametrize(("layout", "framework"), [("keras", "Keras"), ("flax", "Flax"), ("nnx", "Flax")])
def test_no_other_framework_has_it(layout: str, framework: str) -> None:
    """Keras and Flax refuse it by name."""
    with pytest.raises(SpecError) as caught:
        planned(layout)

    assert f"layers[0].type: {framework} has no bilinear layer; choose the layout torch" in str(caught.value)
