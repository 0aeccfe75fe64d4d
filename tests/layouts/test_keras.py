"""The keras layout: names, axes and gates, and the order in which a file of Keras's counts layers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.errors import SpecError, UsageError
from winitgen.layouts import tensors
from winitgen.layouts.keras.numbering import HERE, KerasLayer, assign_paths
from winitgen.layouts.tensor import Tensor


def drawn(layer: dict[str, Any], model_input: Any, layout: str = "keras") -> dict[str, np.ndarray]:
    """Return the arrays of one layer, with everything in it random."""
    defaults = {"bias_init": {"scheme": "normal", "std": 1}}
    layers = [{"name": "a.b", **layer}]
    return winitgen.generate({"input": model_input, "defaults": defaults, "layers": layers}, layout=layout)


def test_kernels_have_their_units_last() -> None:
    """A dense kernel is transposed, and dots become slashes."""
    layer = {"type": "dense", "units": 3}
    torch, keras = drawn(layer, 5, "torch"), drawn(layer, 5)

    assert ["a/b/kernel", "a/b/bias"] == list(keras)
    assert torch["a.b.weight"].T.tolist() == keras["a/b/kernel"].tolist()
    assert torch["a.b.bias"].tolist() == keras["a/b/bias"].tolist()


@pytest.mark.parametrize(
    ("layer", "model_input", "axes"),
    [
        pytest.param(
            {"type": "conv2d", "filters": 6, "kernel_size": [2, 3], "groups": 2},
            [4, 9, 9],
            (2, 3, 1, 0),
            id="grouped",
        ),
        pytest.param(
            {"type": "conv2d_transpose", "filters": 6, "kernel_size": [2, 3]},
            [4, 9, 9],
            (2, 3, 1, 0),
            id="transposed",
        ),
        pytest.param({"type": "conv1d", "filters": 6, "kernel_size": 5}, [4, 9], (2, 1, 0), id="one axis"),
    ],
)
def test_kernels_have_their_spatial_axes_first(
    layer: dict[str, Any], model_input: Any, axes: tuple[int, ...]
) -> None:
    """A convolution's kernel is (*k, in, out), a transposed one's (*k, out, in)."""
    torch, keras = drawn(layer, model_input, "torch"), drawn(layer, model_input)

    assert torch["a.b.weight"].transpose(axes).tolist() == keras["a/b/kernel"].tolist()


def test_gates_of_a_gru() -> None:
    """Keras has update, reset, new where PyTorch has reset, update, new; both have two biases."""
    layer = {"type": "gru", "units": 2}
    torch, keras = drawn(layer, [7, 3], "torch"), drawn(layer, [7, 3])
    order = [2, 3, 0, 1, 4, 5]

    assert torch["a.b.weight_ih_l0"][order].T.tolist() == keras["a/b/gru_cell/kernel"].tolist()
    assert torch["a.b.weight_hh_l0"][order].T.tolist() == keras["a/b/gru_cell/recurrent_kernel"].tolist()
    assert [torch["a.b.bias_ih_l0"][order].tolist(), torch["a.b.bias_hh_l0"][order].tolist()] == keras[
        "a/b/gru_cell/bias"
    ].tolist()


def test_heads_have_an_axis() -> None:
    """The heads of an attention are an axis of their own: after the features, or first."""
    layer = {"type": "multi_head_attention", "heads": 2, "head_dim": 3}
    torch, keras = drawn(layer, [7, 5], "torch"), drawn(layer, [7, 5])
    query, output = torch["a.b.query.weight"], torch["a.b.output.weight"]

    assert query.reshape(2, 3, 5).transpose(2, 0, 1).tolist() == keras["a/b/query/kernel"].tolist()
    assert (
        output.reshape(5, 2, 3).transpose(1, 2, 0).tolist() == keras["a/b/attention_output/kernel"].tolist()
    )


def test_parts_keep_the_names_they_are_given() -> None:
    """A part that the spec names has that name; the others have Keras's."""
    layer = {"type": "multi_head_attention", "heads": 2, "names": {"query": "q", "output": "o"}}
    names = list(drawn({**layer, "use_bias": False}, [7, 4]))

    assert ["a/b/q/kernel", "a/b/key/kernel", "a/b/value/kernel", "a/b/o/kernel"] == names


@pytest.mark.parametrize(
    ("options", "model_input", "shape"),
    [
        pytest.param({}, [4, 9, 9], (1, 1, 1), id="one slope"),
        pytest.param({"per_channel": True}, [4, 9, 9], (1, 1, 4), id="an image"),
        pytest.param({"per_channel": True}, [7, 5], (7, 1), id="a sequence"),
        pytest.param({"per_channel": True}, 5, (5,), id="features"),
    ],
)
def test_slopes_are_shared_over_axes(
    options: dict[str, Any], model_input: Any, shape: tuple[int, ...]
) -> None:
    """A slope has Keras's shape for it: 1 on each axis that it is shared over."""
    assert shape == drawn({"type": "prelu", **options}, model_input)["a/b/alpha"].shape


def test_batches_are_not_counted() -> None:
    """Keras's batch norm has no counter."""
    assert ["a/b/gamma", "a/b/beta", "a/b/moving_mean", "a/b/moving_variance"] == list(
        drawn({"type": "batch_norm"}, 5)
    )


def test_groups_of_a_transposed_convolution_are_refused() -> None:
    """Keras has none, and the message gives their location."""
    layer = {"name": "up", "type": "conv2d_transpose", "filters": 4, "kernel_size": 2, "groups": 2}
    with pytest.raises(SpecError) as caught:
        winitgen.plan({"input": [4, 9, 9], "layers": [layer]}, layout="keras")

    assert (
        "<mapping>:1:118: layers[0].groups: Keras's conv2d_transpose has no groups; leave groups out"
        == str(caught.value)
    )


def numbered(layers: list[tuple[str, tuple[int, ...]]]) -> list[str]:
    """Return the numbered name of each layer, given by its class and its sources."""
    planned = winitgen.plan({"input": 1, "layers": [{"type": "dense", "units": 1}]})
    given = [Tensor("t", planned.parameters[:1]) for _ in layers]
    assign_paths(
        [
            KerasLayer(kind, sources, (("vars/0", tensor),))
            for (kind, sources), tensor in zip(layers, given, strict=True)
        ]
    )
    return [tensor.keras_path.removeprefix("layers/").removesuffix("/vars/0") for tensor in given]


def test_layers_in_a_row_are_counted_by_their_class() -> None:
    """The first of a class has no number."""
    row = [("dense", (HERE,)), ("conv2d", (0,)), ("dense", (1,)), ("dense", (2,))]

    assert ["dense", "conv2d", "dense_1", "dense_2"] == numbered(row)


def test_the_layer_farthest_from_the_output_comes_first() -> None:
    """A short branch that is made first is counted after the beginning of a long one."""
    branches = [("a", (HERE,)), ("a", (HERE,)), ("a", (1,)), ("add", (0, 2))]

    assert ["a_1", "a", "a_2", "add"] == numbered(branches)


def test_layers_as_far_from_the_output_come_as_they_are_joined() -> None:
    """Of two ends of branches, the one that the sum names first is counted first."""
    assert ["a_1", "a", "add"] == numbered([("a", (HERE,)), ("a", (HERE,)), ("add", (1, 0))])


def test_every_output_counts() -> None:
    """Outputs are those layers that nothing takes; the search begins with the first of them."""
    assert ["a_1", "a", "a_2", "a_3"] == numbered([("a", (HERE,)), ("a", (HERE,)), ("a", (1,)), ("a", (1,))])


@pytest.mark.parametrize(
    ("layers", "dtype", "message"),
    [
        pytest.param(
            [{"name": "w", "type": "param", "shape": [3], "init": "zeros"}],
            "float32",
            "keras-h5 cannot hold 'w': no layer of Keras has it; .h5 can",
            id="nothing but a parameter without a layer",
        ),
        pytest.param(
            [{"name": "fc", "type": "dense", "units": 2}],
            "float8_e5m2",
            "keras-h5 cannot hold 'fc/kernel': float8_e5m2 is not known to Keras's files; .h5 can",
            id="float8",
        ),
    ],
)
def test_no_path_in_a_file(layers: list[dict[str, Any]], dtype: str, message: str, tmp_path: Any) -> None:
    """What Keras could not read is not written."""
    with pytest.raises(UsageError) as caught:
        winitgen.write({"input": 5, "layers": layers}, tmp_path / "a.weights.h5", layout="keras", dtype=dtype)

    assert message == str(caught.value)


def test_padding_by_numbers_is_a_layer() -> None:
    """A padding that is not Keras's own makes its branch one layer longer, so that its layers come first."""
    conv = {"type": "conv2d", "filters": 3, "kernel_size": 3, "from": "input", "use_bias": False}
    layers = [
        {"name": "a", **conv, "padding": "same"},
        {"name": "b", **conv, "padding": "same"},
        {"name": "b2", **conv, "from": "b", "padding": 1, "strides": 1},
        {"name": "a2", **conv, "from": "a", "padding": [0, 2], "strides": 1},
        {"name": "a3", **conv, "from": "a2", "padding": [2, 0], "strides": 1, "kernel_size": 3},
    ]
    planned = winitgen.plan({"input": [3, 9, 9], "layers": layers}, layout="keras")

    assert {"a": "", "a2": "_1", "b": "_2", "b2": "_3", "a3": "_4"} == {
        tensor.name.split("/")[0]: tensor.keras_path.removeprefix("layers/conv2d").removesuffix("/vars/0")
        for tensor in tensors(planned)
    }
