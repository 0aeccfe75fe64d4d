"""What is decided about equal layers is decided once, however many there are; counted in calls, not in seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

import winitgen
from winitgen.catalog.layers.dense import Dense
from winitgen.planning import known_draws, layer_needs

Counted = Callable[[int], Counter[str]]


def _spec(times: int, **options: Any) -> dict[str, Any]:
    """Return a spec of which the first layer of each repetition takes 4 features, and the second 8."""
    layers = [{"type": "dense", "units": 8, "activation": "relu", **options}, {"type": "dense", "units": 4}]
    return {"input": 4, "layers": [{"type": "repeat", "times": times, "name": "b{i}", "layers": layers}]}


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Plans a spec of so many repetitions, and counts what is worked out for it."""
    calls: Counter[str] = Counter()

    def counting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*given: Any) -> Any:
            calls[name] += 1
            return function(*given)

        return wrapped

    monkeypatch.setattr(known_draws, "choose", counting("choose", known_draws.choose))
    monkeypatch.setattr(Dense, "weights", counting("weights", Dense.weights))

    def plan(times: int) -> Counter[str]:
        calls.clear()
        winitgen.plan(_spec(times))
        return calls.copy()

    return plan


def test_equal_layers_are_worked_out_once(counted: Counted) -> None:
    """Two kinds of layers need two lists of weights, and four decisions; a hundred times as many need no more."""
    few = counted(3)

    assert {"weights": 2, "choose": 4} == few
    assert few == counted(300)


@pytest.mark.parametrize("most", [1, 3])
def test_what_is_forgotten_is_worked_out_again(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Little is kept of models whose layers all differ, and it makes no difference to the plan."""
    wanted = winitgen.plan(_spec(20))
    monkeypatch.setattr(known_draws, "_MOST_KEPT", most)
    monkeypatch.setattr(layer_needs, "_MOST_KEPT", most)

    assert wanted == winitgen.plan(_spec(20))


def test_the_last_layer_of_equal_ones_meets_another_activation() -> None:
    """What a layer's output meets counts, though its options are those of the others."""
    spec = _spec(3)
    spec["layers"].append({"type": "activation", "name": "end", "activation": "relu"})
    kernels = [p for p in winitgen.plan(spec).parameters if p.id.endswith("dense_1/kernel")]

    assert ["auto: linear", "auto: linear", "auto: relu at end"] == [kernel.why for kernel in kernels]
    assert ["std = sqrt(2/(8+4)) = 0.4082"] * 2 == [kernel.formula for kernel in kernels[:2]]
    assert "std = sqrt(2/8) = 0.5" == kernels[2].formula


def test_biases_that_are_off_are_no_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit counts what there is: without biases, one parameter a layer."""
    from winitgen.planning import limits

    monkeypatch.setattr(limits, "MOST_PARAMETERS", 6)
    spec = {**_spec(3), "defaults": {"use_bias": False}}

    assert 6 == len(winitgen.plan(spec).parameters)
    with pytest.raises(winitgen.SpecError, match="more than 6 parameters, with repeats expanded"):
        winitgen.plan(_spec(4, use_bias=False))
