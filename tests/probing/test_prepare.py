"""What a probe refuses before the forward pass: only what its options make impossible."""

from __future__ import annotations

from typing import Any

import pytest

import winitgen
from winitgen.errors import SpecError, UsageError

FLOAT8: dict[str, Any] = {
    "dtype": "float8_e4m3fn",
    "input": 3,
    "layers": [
        {"name": "fc", "type": "dense", "units": 4, "bias_init": {"scheme": "constant", "value": 1000}}
    ],
}
GROUPED: dict[str, Any] = {
    "layout": "keras",
    "input": [4, 5, 5],
    "layers": [{"name": "up", "type": "conv2d_transpose", "filters": 4, "kernel_size": 3, "groups": 2}],
}
GRU: dict[str, Any] = {
    "layout": "flax",
    "input": [6, 3],
    "layers": [{"name": "gru", "type": "gru", "units": 4}],
}
TINY: dict[str, Any] = {
    "input": 3,
    "layers": [{"name": "fc", "type": "dense", "units": 4, "init": {"scheme": "normal", "std": 1e-300}}],
}


def messages(spec: dict[str, Any], **options: Any) -> list[str]:
    """Return the mistakes for which a probe is refused."""
    try:
        winitgen.probe(spec, samples=2, **options)
    except SpecError as error:
        return [f"{mistake.path}: {mistake.message}" for mistake in error.mistakes]
    return []


def test_a_dtype_that_is_replaced_refuses_nothing() -> None:
    """The values need to fit only the dtype of the call."""
    message = "layers[0].bias_init: fc/bias: values up to 1000 do not fit in float8_e4m3fn, whose largest number is 448"

    assert [message] == messages(FLOAT8)
    assert [] == messages(FLOAT8, dtype="float32")
    assert [message] == messages({**FLOAT8, "dtype": "float32"}, dtype="float8_e4m3fn")


def test_a_scheme_that_is_replaced_refuses_nothing() -> None:
    """The spec's own scheme need not be able to draw a kernel that only compared schemes draw."""
    message = "layers[0].init: fc/kernel: a spread of 1e-300 is outside the range 1e-25 to 1e+30 in which float32 is drawn"

    assert [message] == messages(TINY)
    assert [message] == messages(TINY, compare=["he_normal", "spec"])
    assert [] == messages(TINY, compare=["he_normal", "xavier_normal"])


def test_steps_that_are_replaced_refuse_nothing() -> None:
    """Only the positions of the call must fit."""
    spec = {"input": {"tokens": 9}, "layers": [
        {"name": "e", "type": "embedding", "count": 7, "dim": 3},
        {"name": "p", "type": "positional_embedding", "count": 5, "dim": 3},
    ]}  # fmt: skip

    assert [] == messages(spec, steps=5)
    assert ["layers[1].count: the table has 5 positions, but 9 flow in; write at least 9"] == messages(spec)
    assert messages(spec) == messages({**spec, "input": {"tokens": 4}}, steps=9)


def test_the_layout_of_the_spec_must_hold_it() -> None:
    """A spec that cannot be drawn cannot be probed, by its own schemes or by others."""
    message = "layers[0].groups: Keras's conv2d_transpose has no groups; leave groups out"

    assert [message] == messages(GROUPED)
    assert [message] == messages(GROUPED, compare=["he_normal"])
    assert [] == messages({**GROUPED, "layout": "torch"})


def test_what_another_framework_draws_need_not_fit_the_layout() -> None:
    """PyTorch draws the second bias of a GRU, which Flax cannot store; the two can be compared."""
    assert [] == messages(GRU, compare=["spec", "torch", "flax"])
    assert 1 == len(messages({**GRU, "defaults": {"preset": "torch"}}))


def test_mistakes_come_before_a_number_of_steps_that_does_not_fit() -> None:
    """An invalid input is reported, not its lack of positions."""
    spec = {"input": "many", "layers": [{"type": "dense", "units": 2}]}

    with pytest.raises(SpecError) as caught:
        winitgen.probe(spec, steps=5)
    assert "input" == caught.value.mistakes[0].path


def test_a_param_is_left_out_of_the_flow() -> None:
    """A note names at most four of them."""
    params = [{"type": "param", "name": f"p{index}", "shape": [2], "init": "ones"} for index in range(6)]
    spec = {"input": 3, "layers": [params[0], {"name": "fc", "type": "dense", "units": 2}, *params[1:]]}

    report = winitgen.probe(spec, samples=4)

    assert "left out of the flow: p0, p1, p2, p3 and 2 more" == report["notes"][0]
    assert ["fc"] == [layer["layer"] for layer in report["runs"][0]["layers"]]
    assert 1.0 == pytest.approx(report["runs"][0]["layers"][0]["gradient"]["std"], rel=0.5)


def test_a_model_of_params_alone_has_nothing_to_probe() -> None:
    """No layer takes part in the flow."""
    spec = {"input": 3, "layers": [{"type": "param", "name": "p", "shape": [2], "init": "ones"}]}

    assert ["layers: no layer takes part in a flow; there is nothing to probe"] == messages(spec)


def test_a_model_without_an_input_is_one_mistake() -> None:
    """The first layer that no flow reaches stands for all, however many there are."""
    conv = {"type": "conv2d", "inputs": 3, "filters": 8, "kernel_size": 3}
    repeat = {"type": "repeat", "times": 101, "name": "a{i}", "layers": [{"name": "c", **conv}]}
    dense = {"name": "fc", "type": "dense", "inputs": 5, "units": 2}

    assert [
        (
            "layers[0].layers[0]: no flow reaches the conv2d 'a0.c'; its layers state 'inputs' of their own, and nothing says how they are joined; "
            "state the model's 'input' if each follows the one before it, else this model cannot be probed"
        )
    ] == messages({"layers": [repeat, dense]})


def test_a_model_without_an_input_whose_layers_state_nothing() -> None:
    """Here an input is what is missing."""
    table = {"name": "e", "type": "embedding", "count": 7, "dim": 3}

    assert ["layers[0]: no flow reaches the embedding 'e'; state the model's 'input'"] == messages(
        {"layers": [table]}
    )


@pytest.mark.parametrize("name", ["samples", "steps"])
def test_more_than_can_be_counted(name: str) -> None:
    """A count beyond every computer is refused as one, also where Python would not write out its digits."""
    for number in (10**400, 10**5000):
        options: dict[str, Any] = {name: number}
        with pytest.raises(UsageError) as refused:
            winitgen.probe(GRU, **options)

        assert f"{name} is a whole number from 1 to 2^100, not a number of {number.bit_length()} bits" == str(
            refused.value
        )


def test_more_samples_than_the_memory_holds() -> None:
    """The largest count still has a true number of gigabytes."""
    with pytest.raises(
        UsageError, match=f"^a probe with {2**100} samples needs about [0-9,]+ GB of memory, but"
    ):
        winitgen.probe({"input": 3, "layers": [{"name": "fc", "type": "dense", "units": 4}]}, samples=2**100)
