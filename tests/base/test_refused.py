"""What does not fit is said in one line each, all of it at once, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np

import winitgen
from tests.base.conftest import TRAINED
from tests.base.refusals import refusal

Written = Callable[..., Path]


def test_a_pattern_that_matches_nothing(spec: Written, base: Written) -> None:
    """The nearest names follow; patterns are compared with the base's own tensors too."""
    trained = base({"step": np.arange(3)})
    lines = refusal(spec(), trained, only=["heads.*", "step", "head.*", "xyz"])

    assert [
        "--only: no tensor is called 'heads.*'; did you mean 'head.weight' or 'head.bias'?",
        "--only: no tensor is called 'xyz'; `winitgen plan` lists the tensors",
    ] == lines
    assert ["--except: no tensor is called 'boddy.*'; did you mean 'body.weight' or 'body.bias'?"] == refusal(
        spec(), trained, except_=["boddy.*", "norm.*", "body.*"]
    )


def test_tensors_that_do_not_fit(spec: Written, base: Written) -> None:
    """Each is told at its layer, with what to write instead, and patterns are told with them."""
    layers = [
        {"name": "body", "type": "dense", "units": 8},
        {"name": "nrom", "type": "batch_norm"},
        {"name": "extra", "type": "dense", "units": 3, "dtype": "float16"},
        {"name": "head", "type": "dense", "units": 3},
    ]
    trained = base({"extra.weight": np.zeros((3, 8), np.float32), "extra.bias": np.zeros(3, np.int16)})
    lines = refusal(spec(layers=layers), trained, only=["head.*", "tail.*"])

    assert [
        "--only: no tensor is called 'tail.*'; `winitgen plan` lists the tensors",
        (
            "model.yaml:5:3: layers[0]: body.weight: that of trained.safetensors has the shape [7, 5], not [8, 5]; "
            "correct the shape, or draw it with --only body.weight"
        ),
        (
            "model.yaml:5:3: layers[0]: body.bias: that of trained.safetensors has the shape [7], not [8]; "
            "correct the shape, or draw it with --only body.bias"
        ),
        *(
            f"model.yaml:10:3: layers[1]: nrom.{name}: trained.safetensors has no such tensor; did you mean "
            f"'norm.{name}'? If not, --add draws it"
            for name in ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
        ),
        (
            "model.yaml:14:3: layers[2]: extra.weight: that of trained.safetensors is float32, not float16; "
            "write 'dtype: float32', or draw it with --only extra.weight"
        ),
        (
            "model.yaml:14:3: layers[2]: extra.bias: that of trained.safetensors is int16, not float16; "
            "draw it with --only extra.bias"
        ),
    ] == lines


def test_a_drawn_tensor_that_the_base_lacks(spec: Written, base: Written) -> None:
    """A head where there was none is added only when that is said."""
    trained = base(without=("head.weight", "head.bias"))

    assert [
        f"model.yaml:14:3: layers[2]: head.{name}: trained.safetensors has no such tensor; --add draws it"
        for name in ("weight", "bias")
    ] == refusal(spec(), trained, only=["head.*"])
    winitgen.write(spec(), trained.parent / "new.safetensors", base=trained, only=["head.*"], add=True)


def test_the_advice_with_except(spec: Written, base: Written) -> None:
    """Another pattern is what has to change."""
    trained = base({"body.bias": np.zeros(8, np.float32)})

    assert [
        (
            "model.yaml:5:3: layers[0]: body.bias: that of trained.safetensors has the shape [8], not [7]; "
            "correct the shape, or draw it with an --except that does not match it"
        )
    ] == refusal(spec(), trained, except_=["body.*"])


def test_tied_tensors_stay_together(spec: Written, base: Written) -> None:
    """A copy that is drawn would no longer be a copy."""
    layers = [
        {"name": "words", "type": "embedding", "count": 11, "dim": 4},
        {"name": "head", "type": "dense", "units": 11, "use_bias": False, "tied_to": "words"},
    ]
    table = np.ones((11, 4), np.float32)
    trained = base({"words.weight": table, "head.weight": table}, without=tuple(TRAINED))
    model = spec(layers=layers, input={"tokens": 3})

    assert [
        (
            "model.yaml:13:3: layers[1]: head.weight: it is drawn, but 'words.weight', whose values go with its own, "
            "is copied; draw both or neither"
        )
    ] == refusal(model, trained, only=["head.*"])


def test_lengths_stay_with_their_kernel(spec: Written, base: Written) -> None:
    """Those of weight normalization follow from the kernel that is drawn."""
    layers = [
        {"name": "body", "type": "dense", "units": 7, "kernel_norm": "weight_norm"},
        {"name": "head", "type": "dense", "units": 3},
    ]
    model = spec(layers=layers)
    drawn = winitgen.generate(model)
    trained = base(drawn, without=tuple(TRAINED))
    lengths = next(name for name in drawn if name.startswith("body") and name.endswith(("_g", "original0")))
    (line,) = refusal(model, trained, only=[lengths])

    assert line.startswith(f"model.yaml:5:3: layers[0]: {lengths}: it is drawn, but 'body.")
    assert line.endswith("', whose values go with its own, is copied; draw both or neither")


def test_nothing_to_draw_or_to_copy(spec: Written, base: Written) -> None:
    """A call without an effect is a mistake."""
    trained = base()

    assert [
        "--base: every tensor is drawn, and none is copied from trained.safetensors; leave --base out"
    ] == refusal(spec(), trained, only=["*"])
    assert [
        "--except: every tensor is copied from trained.safetensors, and none is drawn; name one with --only"
    ] == refusal(spec(), trained, except_=["*"])
    assert [
        "--add: every tensor is copied from trained.safetensors, and none is drawn; name one with --only"
    ] == refusal(spec(), trained, add=True)


def test_an_extra_tensor_that_cannot_be_copied(spec: Written, tmp_path: Path) -> None:
    """Text is no number; a pattern leaves it out."""
    trained = tmp_path / "trained.h5"
    with h5py.File(trained, "w") as file:
        for name, array in TRAINED.items():
            file[name.replace(".", "/")] = array
        file["words"] = ["a", "b"]

    assert [
        "--base: 'words' of trained.h5 cannot be copied: its values are text, not numbers; leave it out with --only words"
    ] == refusal(spec(), trained, only=["head.*"])
    winitgen.write(spec(), tmp_path / "new.h5", base=trained, only=["head.*", "words"])


def test_a_hundred_mistakes_are_shown(spec: Written, base: Written) -> None:
    """And how many there are besides."""
    layers = [{"type": "repeat", "times": 60, "name": "b{i}", "layers": [{"type": "dense", "units": 5}]}]
    lines = refusal(spec(layers=layers), base(), only=["b0.*"])

    assert 101 == len(lines)
    assert "--base: and 20 more" in lines
