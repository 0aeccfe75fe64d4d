"""Several inputs and outputs by name, and what `input` means inside a group."""

import pytest

from tests.conftest import Planned
from winitgen.catalog.layers.flow import Flow
from winitgen.load import load_spec
from winitgen.planning.plan import INPUT, Output

TWO = """
input: {image: [3, 8, 6], text: {tokens: 5}}
outputs: {label: head, words: embed}
layers:
  - {name: conv, type: conv2d, filters: 4, kernel_size: 3, from: image}
  - {name: flat, type: flatten}
  - {name: embed, type: embedding, count: 11, dim: 7, from: text}
  - {name: last, type: flatten}
  - {name: both, type: concat, from: [flat, last]}
  - {name: head, type: dense, units: 2}
"""


def test_inputs_are_named_in_from(planned: Planned) -> None:
    """Each has its own shape; 4 x 6 x 4 values of the image and 5 x 7 of the text meet in the head."""
    plan = planned(TWO)

    assert {"image": Flow((3, 8, 6), image=True), "text": Flow((5,), tokens=True)} == plan.inputs
    assert (INPUT,) == plan.layers[0].sources
    assert (INPUT - 1,) == plan.layers[2].sources
    assert (2, 96 + 35) == plan.layers[5].parameters[0].shape
    assert plan.inputs["text"] == plan.flow_from(INPUT - 1)


def test_outputs_are_those_that_are_stated(planned: Planned) -> None:
    """A layer that others take can be an output too."""
    plan = planned(TWO)

    assert (Output("label", 5), Output("words", 2)) == plan.stated_outputs
    assert (5, 2) == plan.outputs


def test_without_a_statement_every_end_is_an_output(planned: Planned) -> None:
    """An end is a layer of the flow that no layer takes."""
    plan = planned("""
input: 4
layers:
  - {name: a, type: dense, units: 3}
  - {name: p, type: param, shape: [2], init: ones}
  - {name: b, type: dense, units: 2, from: a}
  - {name: c, type: dense, units: 5, from: a}
""")

    assert (2, 3) == plan.outputs


@pytest.mark.parametrize(
    "text",
    [
        TWO,
        TWO.replace("{label: head, words: embed}", "[head, embed]"),
        "input: {table: 3}\n" + "layers: [{type: dense, units: 2}]",
    ],
)
def test_the_canonical_spec_reads_back(planned: Planned, text: str) -> None:
    """Names of inputs and outputs are part of the recipe."""
    canonical = planned(text).spec

    assert canonical == load_spec(canonical).canonical()


NESTED = """
input: 6
layers:
  - {{name: a, type: dense, units: 4}}
  - {{name: g, type: group, layers: [{{name: b, type: dense, units: 3}}, {{name: c, type: dense, units: 2, from: {name}}}]}}
"""


@pytest.mark.parametrize(("name", "inputs"), [("input", 4), ("model_input", 6), ("b", 3)])
def test_inside_a_group_each_input_has_a_name(planned: Planned, name: str, inputs: int) -> None:
    """`input` is what flows into the group, `model_input` what flows into the model."""
    assert (2, inputs) == planned(NESTED.format(name=name)).layers[2].parameters[0].shape


def test_a_note_tells_the_two_inputs_apart(planned: Planned) -> None:
    """It appears where the sizes differ, as a wrong reading would be silent."""
    note = "'input' at g.c is that of the group, (4,); the model's, (6,), is called model_input"

    assert (note,) == planned(NESTED.format(name="input")).notes
    assert () == planned(NESTED.format(name="model_input")).notes
    assert () == planned(NESTED.format(name="input").replace("input: 6", "input: 4")).notes


def test_a_layer_may_have_the_name_of_the_model_input(planned: Planned) -> None:
    """Then the name means the layer, as before."""
    text = NESTED.format(name="model_input").replace("name: a,", "name: model_input,")

    assert (2, 4) == planned(text).layers[2].parameters[0].shape


def test_a_group_passes_several_inputs_on(planned: Planned) -> None:
    """The layers inside name theirs, and the group itself need not."""
    plan = planned("""
input: {a: 3, b: 4}
layers:
  - {name: g, type: group, layers: [{name: x, type: dense, units: 5, from: b}, {name: y, type: dense, units: 5, from: a}]}
""")

    assert [(5, 4), (5, 3)] == [layer.parameters[0].shape for layer in plan.layers]
