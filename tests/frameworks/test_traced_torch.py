"""Modules of PyTorch as layer-specs: the law of each tensor, by the papers' formulas and beside the module itself."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.frameworks import traced_models
from winitgen.errors import SpecError, UsageError
from winitgen.importing.found import FoundTensor
from winitgen.importing.trace import of_class
from winitgen.importing.trace.user_model import user_model
from winitgen.load import parse_spec

HERE = "tests.frameworks.traced_models"


pytestmark = pytest.mark.usefixtures("torch")


def traced(name: str, **kwargs: Any) -> dict[str, FoundTensor]:
    """Return the tensors of what a function of `traced_models` builds, by their names."""
    return {tensor.name: tensor for tensor in user_model(f"{HERE}:{name}", kwargs).tensors}


INITS: dict[str, tuple[Any, Any]] = {
    "uniform": ({"scheme": "uniform", "low": -0.25, "high": 0.75}, None),
    "normal": ({"scheme": "normal", "mean": 0.3, "std": 0.5}, None),
    "trunc_normal": ({"scheme": "trunc_normal", "mean": 0.5, "std": 1.5, "low": -1, "high": 2}, None),
    "far_cut": ({"scheme": "normal", "std": 0.02}, None),
    "constant": ({"scheme": "constant", "value": 3.5}, None),
    "ones": ("ones", None),
    "zeros": ("zeros", None),
    "eye": ("identity", None),
    "dirac": ("dirac", None),
    "xavier_uniform": ("xavier_uniform", (10, 6)),
    "xavier_normal": ("xavier_normal", (30, 18)),
    "kaiming_uniform": ("he_uniform", (10, 6)),
    "kaiming_normal": ("he_normal", (60, 36)),
    "kaiming_fan_out": ({"scheme": "normal", "std": float(f"{math.sqrt(2 / 6):.15g}")}, None),
    "kaiming_default": (
        {
            "scheme": "uniform",
            "low": -float(f"{math.sqrt(1 / 10):.15g}"),
            "high": float(f"{math.sqrt(1 / 10):.15g}"),
        },
        None,
    ),
    "orthogonal": ({"scheme": "orthogonal", "gain": 2}, None),
}


NORMAL = {"scheme": "normal", "std": 1.0}


def test_rows_that_are_zero() -> None:
    """They are padding in a tensor that an embedding may hold by its name; in any other, a block between others."""
    found = traced("zero_rows")
    text = of_class(f"{HERE}:zero_rows", {}).text
    drawn = winitgen.generate(parse_spec(text.encode(), "m.yaml"))

    assert {"first": 0, "inner": 3, "last": 8, "table.weight": 2, "sines": 0} == {
        name: int(np.flatnonzero(~values.any(axis=1))[0]) for name, values in drawn.items()
    }
    assert {"table.weight": 2} == {
        name: one.padding for name, one in found.items() if one.padding is not None
    }
    assert {"scheme": "blocks", "sizes": [1, 8], "init": ["zeros", NORMAL]} == found["first"].init
    np.testing.assert_allclose(drawn["sines"], traced_models.zero_rows().sines.numpy(), atol=1e-6)


def test_each_function_of_torch_nn_init() -> None:
    """Each is its scheme with its own numbers; one that follows the fans has a name where there is one."""
    assert INITS == {name: (tensor.init, tensor.fans) for name, tensor in traced("each_init").items()}


def test_tensors_that_are_changed_after_they_are_drawn() -> None:
    """What scales, moves, joins and copies values does so to their law; shared and copied values are tied."""
    found = traced("changed")
    limit = float(f"{0.5 / math.sqrt(20):.15g}")

    assert {
        "scaled_weight": {"scheme": "uniform", "low": -limit, "high": limit},
        "moved_weight": {"scheme": "normal", "mean": 2, "std": 0.1},
        "joined_weight": "zeros",
        "logarithm_weight": {"scheme": "mamba2_a_log", "low": 1, "high": 8},
        "table_weight": {"scheme": "blocks", "sizes": [3, 1, 5], "init": [NORMAL, "zeros", NORMAL]},
        "positions_weight": "arange",
        "gates_weight": {"scheme": "listed", "values": [0, 1, 0], "each": 4},
        "seen_weight": "causal_mask",
    } == {name: tensor.init for name, tensor in found.items() if name.endswith("_weight")}
    assert found["table_weight"].padding is None
    assert "int64" == found["positions_weight"].dtype
    assert {"shared.weight": "drawn.weight", "copied.weight": "drawn.weight"} == {
        name: tensor.tied_to for name, tensor in found.items() if tensor.tied_to
    }


def test_copies_and_number_formats() -> None:
    """A copied layer has the values of the first until it is filled again; a converted one has the new format."""
    found = traced("converted")

    assert {"layers.0.weight": "bfloat16", "layers.1.bias": "bfloat16", "wide.scale": "float64"} == {
        name: found[name].dtype for name in ("layers.0.weight", "layers.1.bias", "wide.scale")
    }
    assert {"layers.1.weight": "layers.0.weight"} == {
        name: tensor.tied_to for name, tensor in found.items() if tensor.tied_to
    }
    assert "zeros" == found["layers.1.bias"].init
    assert {"scheme": "constant", "value": math.log(1 / 0.07)} == found["again.scale"].init
    assert {"scheme": "constant", "value": 0.3} == found["wide.share"].init


@pytest.mark.parametrize(
    ("target", "kwargs"),
    [
        (
            "torch.nn:Transformer",
            {"d_model": 48, "nhead": 4, "num_encoder_layers": 2, "dim_feedforward": 80, "batch_first": True},
        ),
        ("torch.nn:LSTM", {"input_size": 30, "hidden_size": 40, "num_layers": 2, "bidirectional": True}),
        ("torch.nn:ConvTranspose2d", {"in_channels": 12, "out_channels": 20, "kernel_size": 3, "groups": 2}),
        ("torchvision.models:resnet18", {}),
    ],
)
def test_the_module_agrees_with_its_layer_spec(
    torch: ModuleType,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    target: str,
    kwargs: dict[str, Any],
) -> None:
    """The module's own names, shapes, formats and values are those of the layer-spec, by `verify --statistics`."""
    if target.startswith("torchvision"):
        request.getfixturevalue("torchvision")
    spec, weights = tmp_path / "model.yaml", tmp_path / "model.npz"
    spec.write_text(of_class(target, kwargs).text)
    module, _, name = target.partition(":")
    torch.manual_seed(1)
    built = getattr(__import__(module, fromlist=[name]), name)(**kwargs)
    state = {key: value.numpy() for key, value in built.state_dict().items()}
    np.savez(weights, **state)

    drawn = winitgen.generate(spec)
    assert {key: (value.shape, value.dtype) for key, value in state.items()} == {
        key: (value.shape, value.dtype) for key, value in drawn.items()
    }
    report = winitgen.verify(weights, spec, statistics=True)
    assert [] == [(row["name"], row["why"]) for row in report["tensors"] if row["why"]]


def test_a_wrong_number_would_be_seen(torch: ModuleType, tmp_path: Path) -> None:
    """The test above can fail: a limit that is 5 % too large is found."""
    spec, weights = tmp_path / "model.yaml", tmp_path / "model.npz"
    text = of_class("torch.nn:Linear", {"in_features": 100, "out_features": 300}).text
    spec.write_text(text.replace("0.1", "0.105"))
    torch.manual_seed(1)
    np.savez(weights, **{key: value.numpy() for key, value in torch.nn.Linear(100, 300).state_dict().items()})

    assert "0.105" in spec.read_text()
    assert "differs" == winitgen.verify(weights, spec, statistics=True)["verdict"]


def test_nothing_is_drawn(torch: ModuleType) -> None:
    """A model far larger than any memory is traced, and the library's own random stream stays where it was."""
    before = torch.random.get_rng_state()
    text = of_class("torch.nn:Linear", {"in_features": 10**6, "out_features": 10**7}).text

    assert "shape: [10000000, 1000000]" in text
    assert (before == torch.random.get_rng_state()).all()


def test_the_whole_layer_spec() -> None:
    """Names, shapes and laws, with a comment where a number follows the fans."""
    found = of_class("torch.nn:Linear", {"in_features": 20, "out_features": 3})

    assert [] == found.notes
    assert found.text == (
        "# Traced from torch.nn:Linear: names, shapes and laws as its code initializes them.\n"
        "model: Linear\n"
        "layers:\n"
        "  - {name: weight, type: param, shape: [3, 20], init: {scheme: uniform, low: -0.223606797749979, "
        "high: 0.223606797749979}}  # 1/sqrt(fan_in), fan_in 20\n"
        "  - {name: bias, type: param, shape: [3], init: {scheme: uniform, low: -0.223606797749979, "
        "high: 0.223606797749979}}\n"
    )


def test_blocks() -> None:
    """Parts along one axis with laws of their own are the scheme blocks, in a buffer, too."""
    found = {name: tensor.init for name, tensor in traced("blocks").items()}

    unit = {"scheme": "normal", "std": 1.0}
    digits = {"scheme": "integers", "high": 7}
    assert {
        "rows": {
            "scheme": "blocks",
            "sizes": [3, 2, 3],
            "init": [unit, {"scheme": "uniform", "low": 0.0, "high": 1.0}, "zeros"],
        },
        "columns": {
            "scheme": "blocks",
            "axis": 1,
            "sizes": [2, 3, 1],
            "init": [unit, {"scheme": "constant", "value": 0.25}, unit],
        },
        "ids": {"scheme": "blocks", "sizes": [2, 2, 2], "init": [digits, "zeros", digits]},
    } == found
    assert 3 == len(
        winitgen.plan(parse_spec(of_class(f"{HERE}:blocks", {}).text.encode(), "m.yaml")).parameters
    )


def test_whole_numbers() -> None:
    """Random whole numbers have their law, by what PyTorch was told, through copies that keep them."""
    found = {name: tensor.init for name, tensor in traced("whole_numbers").items()}

    assert {
        "packed": {"scheme": "integers", "low": -(2**31), "high": 2**31},
        "mask": {"scheme": "integers", "high": 2},
        "moved": {"scheme": "integers", "low": -2, "high": 3},
        "mirrored": {"scheme": "integers", "low": -2, "high": 1},
        "filled": {"scheme": "integers", "low": 3, "high": 9},
        "below": {"scheme": "integers", "high": 200},
        "like": {"scheme": "integers", "high": 4},
        "flags": {"scheme": "integers", "high": 2},
    } == found


def test_numbers_of_unequal_chances() -> None:
    """What a cast wraps, merges or rounds, and what no format here holds, is refused, each by name."""
    with pytest.raises(SpecError) as caught:
        traced("unequal_numbers")

    names = ("wrapped", "flags", "large", "rounded", "eighths", "normal", "any", "order")
    assert [
        f"{HERE}:unequal_numbers: {name}: its values follow no scheme; state them in the layer-spec by hand"
        for name in names
    ] == str(caught.value).splitlines()


def test_joined_parts() -> None:
    """Tensors of several laws that the code joins are blocks along the axis of the joint; those of one law are one."""
    drawn = {"scheme": "normal", "std": 0.02}
    uniform = {"scheme": "uniform", "low": 0.0, "high": 1.0}
    normal = {"scheme": "normal", "std": 1.0}

    assert {
        "rows": {"scheme": "blocks", "sizes": [2, 3, 1], "init": [drawn, uniform, "zeros"]},
        "columns": {"scheme": "blocks", "axis": 1, "sizes": [2, 4], "init": [normal, "ones"]},
        "stacked": {"scheme": "blocks", "sizes": [1, 1], "init": [drawn, "zeros"]},
        "alike": normal,
    } == {name: tensor.init for name, tensor in traced("joined").items()}


def test_equal_blocks_are_folded() -> None:
    """Blocks of a list that are drawn alike are one `repeat`, and one whose numbers fall is one with them; the plan is that of all tensors."""
    text = of_class(f"{HERE}:stack", {}).text
    folded = winitgen.plan(parse_spec(text.encode(), "m.yaml"))
    plain = [
        {
            "name": tensor.name,
            "type": "param",
            "shape": list(tensor.shape),
            "dtype": tensor.dtype,
            "init": tensor.init,
        }
        for tensor in traced("stack").values()
    ]

    assert 2 == text.count("type: repeat")
    assert 54 == len(folded.parameters) == len(plain)
    drawn = [(one.id, one.key, one.shape, one.dtype, one.distribution) for one in folded.parameters]
    unfolded = winitgen.plan({"model": folded.model, "layers": plain})
    assert sorted(drawn, key=repr) == sorted(
        ((one.id, one.key, one.shape, one.dtype, one.distribution) for one in unfolded.parameters), key=repr
    )


def test_a_tensor_without_elements() -> None:
    """It keeps its shape; there is nothing to draw."""
    (found,) = traced("empty").values()

    assert ((0, 4), "zeros", "no values") == (found.shape, found.init, found.evidence)


REFUSED = {
    "sparse": f"{HERE}:sparse: weight: its values follow no scheme; state them in the layer-spec by hand",
    "unfilled": f"{HERE}:unfilled: w: nothing fills it: it holds what the memory held; give it values in the constructor",
    "parts": (
        f"{HERE}:parts: w: its parts are drawn by different laws (scheme normal, std 1.0; scheme uniform, low 0.0, high 1.0), "
        "and are no blocks along one axis, which the scheme blocks could say; state it in the layer-spec by hand"
    ),
    "infinite": (
        f"{HERE}:infinite: w: it is infinite, and a layer-spec draws finite values only; make it in the code that reads "
        "the file"
    ),
    "large": (
        f"{HERE}:large: w: its law is not a known one, and it is too large to draw and measure; use smaller sizes"
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_tensors_whose_law_cannot_be_said(name: str) -> None:
    """Each is named, with the reason."""
    with pytest.raises(SpecError) as refusal:
        of_class(f"{HERE}:{name}", {})

    assert REFUSED[name] == str(refusal.value)


def test_what_is_no_model() -> None:
    """A function that returns something else, and a class that fails under the eyes of the trace."""
    with pytest.raises(UsageError) as refusal:
        of_class(f"{HERE}:nothing", {})
    assert str(refusal.value) == (
        f"{HERE}:nothing returned 'str'; expected a torch.nn.Module, a model of Keras or an nnx.Module"
    )
    with pytest.raises(UsageError) as refusal:
        of_class("torch.nn:Linear", json.loads('{"in_features": 3, "out_features": -2}'))
    assert str(refusal.value) == (
        "torch.nn:Linear: building it failed: RuntimeError: Trying to create tensor with negative dimension -2: [-2, 3]"
    )


def test_buffers_are_no_parameters(tmp_path: Path) -> None:
    """The spec says which tensors are buffers, so that an index counts what PyTorch does."""
    text = of_class(f"{HERE}:with_buffers", {}).text
    assert {"1.running_mean", "1.running_var", "1.num_batches_tracked", "positions"} == {
        name for name, tensor in traced("with_buffers").items() if tensor.buffer
    }
    assert 4 == text.count("buffer: true")
    (tmp_path / "s.yaml").write_text(text)
    winitgen.write(tmp_path / "s.yaml", f"{tmp_path}/model/", max_shard_size="0.3KB")

    index = json.loads((tmp_path / "model" / "model.safetensors.index.json").read_text())
    assert 8 * 8 + 3 * 8 == index["metadata"]["total_parameters"]
