"""`quirks` beside a preset: the framework's schemes with stated fans, worked out by hand."""

import json
import math
from collections.abc import Callable

import pytest

from winitgen.planning.plan import Parameter, Plan

Planned = Callable[..., Plan]

DEPTHWISE = "type: depthwise_conv2d, kernel_size: 3, strides: 2"
GROUPED = "type: conv2d, filters: 20, kernel_size: 3, groups: 4, strides: 3"
LSTM = "type: lstm, units: 5"
TABLE = "type: embedding, count: 50, dim: 8"


def kernel(planned: Planned, model_input: str, defaults: str, layer: str) -> Parameter:
    """Return the first parameter of one layer."""
    return planned(f"input: {model_input}\ndefaults: {{{defaults}}}\nlayers: [{{{layer}}}]").parameters[0]


@pytest.mark.parametrize(
    ("defaults", "layer", "fans"),
    [
        pytest.param("preset: keras", DEPTHWISE, (108, 9), id="the preset's own"),
        pytest.param("preset: keras", f"{DEPTHWISE}, quirks: keras", (108, 9), id="the preset's own, stated"),
        pytest.param("preset: keras", f"{DEPTHWISE}, quirks: none", (9, 2.25), id="the true ones"),
        pytest.param("preset: keras, quirks: none", DEPTHWISE, (9, 2.25), id="the true ones, by default"),
        pytest.param("preset: keras", f"{DEPTHWISE}, quirks: torch", (9, 108), id="another framework's"),
        pytest.param(
            "preset: keras, quirks: torch", f"{DEPTHWISE}, quirks: none", (9, 2.25), id="the layer's"
        ),
        pytest.param("preset: keras", f"{GROUPED}, quirks: none", (27, 5), id="groups and strides"),
        pytest.param("preset: keras", GROUPED, (27, 180), id="groups and strides, the preset's own"),
    ],
)
def test_glorot_uniform(planned: Planned, defaults: str, layer: str, fans: tuple[float, float]) -> None:
    """Keras's Glorot uniform, ±sqrt(6 / (fan_in + fan_out)), has the fans that are stated, else Keras's."""
    found = kernel(planned, "[12, 9, 9]", defaults, layer)

    assert (fans, "xavier_uniform", "preset keras") == (
        (found.fan_in, found.fan_out),
        found.scheme,
        found.why,
    )
    assert math.sqrt(6 / sum(fans)) == pytest.approx(found.std * math.sqrt(3), rel=1e-14)


@pytest.mark.parametrize("preset", ["torch", "keras", "flax"])
@pytest.mark.parametrize(
    ("model_input", "layer"),
    [("[12, 9, 9]", DEPTHWISE), ("[12, 9, 9]", GROUPED), ("[7, 6]", LSTM), ("{tokens: 7}", TABLE)],
    ids=["depthwise", "grouped", "lstm", "embedding"],
)
def test_the_presets_own_change_nothing(planned: Planned, preset: str, model_input: str, layer: str) -> None:
    """The quirks of the preset's framework are those that hold anyway, also for PyTorch's recurrent layers."""
    alone = kernel(planned, model_input, f"preset: {preset}", layer)

    assert alone == kernel(planned, model_input, f"preset: {preset}, quirks: {preset}", layer)
    assert alone == kernel(planned, model_input, f"preset: {preset}", f"{layer}, quirks: {preset}")


def test_a_recurrent_layer_with_the_true_fans(planned: Planned) -> None:
    """PyTorch draws an LSTM by its units, U(±1/sqrt(5)); with the true fans it is U(±1/sqrt(6)), from 6 inputs."""
    own = kernel(planned, "[7, 6]", "preset: torch", LSTM)
    true = kernel(planned, "[7, 6]", "preset: torch, quirks: none", LSTM)

    assert [1 / math.sqrt(15), 1 / math.sqrt(18)] == pytest.approx([own.std, true.std], rel=1e-14)


def test_a_scheme_that_the_spec_gives(planned: Planned) -> None:
    """Under a preset too, a scheme that the spec gives has the true fans, or those of `quirks`."""
    found = [
        kernel(planned, "[12, 9, 9]", defaults, f"{DEPTHWISE}, init: xavier")
        for defaults in ("preset: keras", "preset: keras, quirks: none", "preset: keras, quirks: torch")
    ]

    assert [(9, 2.25), (9, 2.25), (9, 108)] == [(p.fan_in, p.fan_out) for p in found]


@pytest.mark.parametrize(
    ("defaults", "layer", "said"),
    [
        pytest.param("preset: keras", "", [None, None], id="nothing said"),
        pytest.param("preset: keras", ", quirks: none", [None, "none"], id="none, by the layer"),
        pytest.param("preset: keras, quirks: none", "", ["none", None], id="none, by default"),
        pytest.param("preset: keras, quirks: none", ", quirks: none", ["none", None], id="twice"),
        pytest.param("preset: keras, quirks: torch", ", quirks: none", ["torch", "none"], id="but for one"),
        pytest.param("quirks: none", "", [None, None], id="without a preset"),
    ],
)
def test_canonical(planned: Planned, defaults: str, layer: str, said: list[str | None]) -> None:
    """The canonical spec keeps what a preset does not imply, and reads back the same."""
    plan = planned(f"input: [12, 9, 9]\ndefaults: {{{defaults}}}\nlayers: [{{{DEPTHWISE}{layer}}}]")

    assert said == [plan.spec["defaults"].get("quirks"), plan.spec["layers"][0].get("quirks")]
    again = planned(json.dumps(plan.spec))
    assert (plan.spec, plan.parameters) == (again.spec, again.parameters)
