"""``winitgen import`` of a weight file, as whole processes: what it prints, and every refusal word for word."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.cli.conftest import Winitgen
from tests.importing.fit.fitting import normal

REMEDY = "add --keep to take its values from the file, or leave it out of the source"


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A weight file of two tensors."""
    save_file(
        {"fc.weight": normal(1, 200, 130), "fc.bias": np.zeros(200, np.float32)}, tmp_path / "m.safetensors"
    )
    return tmp_path / "m.safetensors"


def saved(folder: Path, **arrays: Any) -> Path:
    """Write a weight file."""
    save_file(arrays, folder / "m.safetensors")
    return folder / "m.safetensors"


def test_a_weight_file_becomes_a_spec_that_draws_its_like(
    winitgen: Winitgen, weights: Path, tmp_path: Path
) -> None:
    """Import, init and verify, as one does it; the source follows the spec, and so does what is drawn by it."""
    run = winitgen("import", weights, "--fit", "-o", tmp_path / "m.yaml")
    drawn = winitgen("init", tmp_path / "m.yaml", "-o", tmp_path / "new.safetensors")
    checks = [
        winitgen("verify", tmp_path / name, tmp_path / "m.yaml", "--statistics") for name in ("m.safetensors", "new.safetensors")
    ]  # fmt: skip

    assert (0, "", f"wrote {tmp_path / 'm.yaml'}\n") == run
    assert [0, 0, 0] == [drawn.code, *(check.code for check in checks)]


def test_the_spec_is_printed(winitgen: Winitgen, weights: Path) -> None:
    """Without an output; the laws are those of the values with --fit, and of the names without."""
    lines = [
        "model: m",
        "layers:",
        "  - {name: fc.bias, type: param, shape: [200], init: zeros}",
        "  - {name: fc.weight, type: param, shape: [200, 130], init: {scheme: normal, std: 0.02}}",
    ]
    found, guessed = winitgen("import", weights, "--fit"), winitgen("import", weights)
    texts = [[line.partition("  # ")[0] for line in run.out.splitlines()[1:]] for run in (found, guessed)]

    assert [lines, lines] == texts
    assert ["", "winitgen: 2 laws are guessed by names; --fit finds them in the values\n"] == [
        found.err,
        guessed.err,
    ]


@pytest.mark.parametrize("options", [(), ("--fit",)])
def test_running_statistics_are_buffers(options: tuple[str, ...], winitgen: Winitgen, tmp_path: Path) -> None:
    """Their names say so, whatever their values are; what is trained is counted without them."""
    statistics = {"bn.running_mean": np.zeros(40, np.float32), "bn.running_var": np.ones(40, np.float32)}
    path = saved(
        tmp_path,
        **{"bn.weight": np.ones(40, np.float32)},
        **statistics,
        **{"bn.num_batches_tracked": np.array(0)},
    )
    winitgen("import", path, *options, "-o", tmp_path / "m.yaml")
    totals = json.loads(winitgen("summary", tmp_path / "m.yaml", "--json").out)["totals"]

    assert (40, 81) == (totals["trainable"], totals["buffers"])


def test_a_tensor_without_a_law_writes_nothing(winitgen: Winitgen, tmp_path: Path) -> None:
    """It is named, with what is wrong and what to do."""
    heavy = (np.random.default_rng(3).standard_t(4, (200, 130)) * 0.02).astype(np.float32)
    path = saved(tmp_path, fine=normal(1, 20, 30), trained=heavy)
    run = winitgen("import", path, "--fit", "-o", tmp_path / "m.yaml")

    why = "the nearest law is a normal of std 0.02797, but their kurtosis is 6.67, not 3"
    assert (2, "", f"{path}: 'trained': no scheme gives these values: {why}; {REMEDY}\n") == run
    assert ["m.safetensors"] == os.listdir(tmp_path)


def test_names_that_say_nothing(winitgen: Winitgen, tmp_path: Path) -> None:
    """About whole numbers, and about values that are computed."""
    path = saved(tmp_path, index=np.arange(9), **{"rotary.inv_freq": np.ones(4, np.float32)})
    run = winitgen("import", path)

    computed = "these values are computed, and no scheme is named after them"
    assert (2, "") == run[:2]
    assert [
        f"{path}: 'index': nothing in the name says which int64 numbers these are; --fit reads them",
        f"{path}: 'rotary.inv_freq': {computed}; --fit compares them with those there are",
    ] == run.err.splitlines()


def test_files_that_cannot_be_read(winitgen: Winitgen, tmp_path: Path) -> None:
    """One that is missing, one that is text, and one without a tensor."""
    missing, text, empty = (tmp_path / name for name in ("missing.npz", "text.npz", "empty.safetensors"))
    text.write_text("no weights\n")
    save_file({}, empty)
    runs = [winitgen("import", path, "--fit") for path in (missing, text, empty)]

    assert [
        (2, "", f"winitgen: cannot read {missing}: No such file or directory\n"),
        (
            2,
            "",
            f"winitgen: {text} is text, not a weight file (gguf, hdf5, keras, npy, npz, onnx, pytorch, safetensors)\n",
        ),
        (2, "", f"winitgen: {empty} holds no tensor\n"),
    ] == runs


OPTIONS = [
    (("--set", "num_hidden_layers=2"), "--set"),
    (("--shrink",), "--shrink"),
    (("--init", "paper"), "--init"),
    (("--family", "llama"), "--family"),
]


@pytest.mark.parametrize(("given", "name"), OPTIONS)
def test_options_of_a_config(given: tuple[str, ...], name: str, winitgen: Winitgen, weights: Path) -> None:
    """A weight file has no fields, no paper and no family."""
    message = f"winitgen: {name} is for the config of a model; {weights} is a weight file\n"

    assert (2, "", message) == winitgen("import", weights, *given)


def test_options_of_a_weight_file(winitgen: Winitgen, weights: Path, tmp_path: Path) -> None:
    """A config has no values."""
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"model_type": "llama"}))

    message = f"winitgen: --fit reads the values of a weight file; {config} is a config\n"
    assert (2, "", message) == winitgen("import", config, "--fit")
    assert (2, "", "winitgen: --keep goes with --fit\n") == winitgen("import", weights, "--keep")


def test_nothing_to_import(winitgen: Winitgen) -> None:
    """A call without a source says which there are."""
    message = "winitgen: nothing to import; name a config.json, a weight file, or --trace MODULE:CLASS\n"

    assert (2, "", message) == winitgen("import")
    assert (2, "", message) == winitgen("import", "--fit")
