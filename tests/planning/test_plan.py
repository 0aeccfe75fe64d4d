"""The plan as a value: compared, printed, and with what the flow through the layers found."""

from __future__ import annotations

import pickle

import pytest

from tests.conftest import Planned
from winitgen.catalog.layers.flow import Flow
from winitgen.planning.plan import INPUT

BRANCHES = """
input: [3, 8, 8]
layers:
  - {name: a, type: conv2d, filters: 4, kernel_size: 3}
  - {name: b, type: flatten}
  - {name: c, type: dense, units: 5}
  - {name: d, type: concat, from: [b, b, c]}
"""


def test_a_layer_knows_what_flows_out_and_who_takes_it(planned: Planned) -> None:
    """Consumers are there once for each time they take a layer's output."""
    plan = planned(BRANCHES)

    assert {"": Flow((3, 8, 8), image=True)} == plan.inputs
    assert [(INPUT,), (0,), (1,), (1, 1, 2)] == [layer.sources for layer in plan.layers]
    assert [(1,), (2, 3, 3), (3,), ()] == [layer.consumers for layer in plan.layers]
    assert [Flow((4, 6, 6), image=True), Flow((144,)), Flow((5,)), Flow((293,))] == [
        layer.outgoing for layer in plan.layers
    ]


@pytest.mark.parametrize(
    ("incoming", "flow"),
    [
        ("", {}),
        ("input: 7", {"": Flow((7,))}),
        ("input: {tokens: 7}", {"": Flow((7,), tokens=True)}),
        ("input: {table: 7}", {"table": Flow((7,))}),
    ],
    ids=["none", "features", "tokens", "named"],
)
def test_a_plan_knows_what_flows_into_the_model(
    incoming: str, flow: dict[str, Flow], planned: Planned
) -> None:
    """A model without an input has none."""
    plan = planned(f"{incoming}\nlayers:\n  - {{name: p, type: param, shape: [2], init: zeros}}\n")

    assert flow == plan.inputs


def test_a_plan_knows_where_the_spec_has_each_layer(planned: Planned) -> None:
    """A mistake that a later step finds is reported where the layer is written."""
    plan = planned(BRANCHES)

    assert [(4, "layers[0]"), (7, "layers[3]")] == [
        (location.line, location.path) for location in (plan.locations[0], plan.locations[3])
    ]
    assert (7, "layers[3].from") == plan.locations[3].of("from")[:3:2]


def test_plans_are_equal_wherever_their_layers_are_written(planned: Planned) -> None:
    """Comments and empty lines change no plan, and are not printed with it."""
    plan, other = planned(BRANCHES), planned("# a comment\n\n" + BRANCHES)

    assert plan.locations != other.locations
    assert plan == other
    assert repr(plan) == repr(other)
    assert plan != planned(BRANCHES.replace("units: 5", "units: 6"))


def test_a_plan_can_be_sent_to_another_process(planned: Planned) -> None:
    """A plan is plain values."""
    plan = planned(BRANCHES)

    assert plan == pickle.loads(pickle.dumps(plan))  # noqa: S301
