"""The fans and the schemes of a mixture of experts, by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

import winitgen
from winitgen.planning.plan import Parameter

D, U, E = 6, 10, 4


def planned(*, defaults: dict[str, Any] | None = None, **options: Any) -> dict[str, Parameter]:
    """Return the parameters of a mixture of experts by id."""
    layer = {"name": "m", "type": "experts", "count": E, "per_token": 2, "units": U, **options}
    plan = winitgen.plan({"input": [7, D], "defaults": defaults or {}, "layers": [layer]})
    return {parameter.id: parameter for parameter in plan.parameters}


@pytest.mark.parametrize("stacked", [False, True])
def test_each_expert_is_a_matrix_of_its_own(stacked: bool) -> None:
    """The experts are neither inputs nor outputs of one another; `auto` is Xavier around the product."""
    found = planned(stacked=stacked)
    fans = {"router": (D, E), "experts.3.gate": (D, U), "experts.3.up": (D, U), "experts.3.down": (U, D)}

    for part, (fan_in, fan_out) in fans.items():
        kernel = found[f"m.{part}/kernel"]
        assert (fan_in, fan_out) == (kernel.fan_in, kernel.fan_out)
        assert kernel.std == pytest.approx(math.sqrt(2 / (fan_in + fan_out)))
    assert {0.0} == {parameter.std for name, parameter in found.items() if name.endswith("/bias")}


def test_without_a_gate_up_meets_the_activation() -> None:
    """Then `auto` is He's scheme for `up` before a relu, and Xavier for `down`."""
    found = planned(gated=False, activation="relu")

    assert "m.experts.0.gate/kernel" not in found
    assert found["m.experts.1.up/kernel"].std == pytest.approx(math.sqrt(2 / D))
    assert 0.01 == found["m.experts.1.up/bias"].mean
    assert found["m.experts.1.down/kernel"].std == pytest.approx(math.sqrt(2 / (U + D)))
    assert 0.0 == found["m.experts.1.down/bias"].mean


@pytest.mark.parametrize("stacked", [False, True])
def test_torchs_preset_is_of_dense_layers(stacked: bool) -> None:
    """`preset: torch` draws each expert as `nn.Linear`, from U(-1/sqrt(fan_in), 1/sqrt(fan_in)), stacked or not."""
    found = planned(stacked=stacked, defaults={"preset": "torch"})

    assert found["m.experts.2.down/kernel"].std == pytest.approx(math.sqrt(1 / (3 * U)))
    assert found["m.experts.2.up/bias"].std == pytest.approx(math.sqrt(1 / (3 * D)))
    assert found["m.router/kernel"].std == pytest.approx(math.sqrt(1 / (3 * D)))


def test_rules_and_options() -> None:
    """A rule reaches experts by their ids, under any names of the tensors; options reach the router too."""
    layer = {"name": "m", "type": "experts", "count": E, "per_token": 1, "units": U, "init": "ones"}
    rules = [{"match": "m.experts.*.down/kernel", "init": "zeros"}]
    plan = winitgen.plan({"input": [7, D], "layers": [layer], "rules": rules})
    found = {parameter.id: parameter.scheme for parameter in plan.parameters}

    assert ["ones", "ones", "zeros"] == [
        found[f"m.{part}/kernel"] for part in ("router", "experts.0.up", "experts.3.down")
    ]
