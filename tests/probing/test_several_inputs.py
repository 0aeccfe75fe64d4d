"""A model with several inputs: a batch for each, Gaussian, of tokens, or from an archive with their names."""

from pathlib import Path

import numpy as np
import pytest

import winitgen
from winitgen.errors import UsageError

SPEC = {
    "input": {"left": 40, "words": {"tokens": 3}, "right": 50},
    "outputs": ["sum"],
    "layers": [
        {"name": "a", "type": "dense", "units": 60, "from": "left", "init": {"scheme": "normal", "std": 0.5}},
        {
            "name": "b",
            "type": "dense",
            "units": 60,
            "from": "right",
            "init": {"scheme": "normal", "std": 0.2},
        },
        {"name": "sum", "type": "add", "from": ["a", "b"]},
        {"name": "e", "type": "embedding", "count": 9, "dim": 8, "from": "words"},
    ],
}


def test_each_input_has_a_batch_of_its_own() -> None:
    """Variances 40 * 0.25 and 50 * 0.04 add up: independent batches are uncorrelated."""
    report = winitgen.probe(SPEC, samples=2000)

    stds = {layer["layer"]: layer["out"]["std"] for layer in report["runs"][0]["layers"]}
    assert 12**0.5 == pytest.approx(stds["sum"], rel=0.03)
    assert "standard Gaussian, random tokens" == report["input"]


def test_the_gradient_is_sent_from_the_stated_outputs() -> None:
    """A layer that leads to no output gets none."""
    report = winitgen.probe(SPEC, samples=50)

    gradients = {layer["layer"]: layer["gradient"] for layer in report["runs"][0]["layers"]}
    assert gradients["e"] is None
    assert 1.0 == pytest.approx(gradients["a"]["std"], rel=0.1)


def archive(path: Path, **arrays: np.ndarray) -> str:
    """Write an archive and return its path."""
    np.savez(path, **arrays)
    return str(path)


def test_samples_come_from_an_archive(tmp_path: Path) -> None:
    """Each input takes the array of its name: the signal of zeros is zero."""
    words = np.zeros((7, 3), np.int64)
    path = archive(tmp_path / "x.npz", left=np.zeros((7, 40)), right=np.ones((7, 50)), words=words)

    layers = winitgen.probe(SPEC, input=path)["runs"][0]["layers"]

    assert [0.0, True] == [layers[0]["out"]["std"], layers[1]["out"]["std"] > 0.5]


def test_a_file_of_one_array_is_refused(tmp_path: Path) -> None:
    """The message names the arrays that are needed."""
    message = "x.npy: this model has several inputs; give an .npz with an array for each: left, words, right"
    with pytest.raises(UsageError) as caught:
        winitgen.probe(SPEC, input="x.npy")
    assert message == str(caught.value)


def test_inputs_have_equally_many_samples(tmp_path: Path) -> None:
    """A sample is one value of every input."""
    words = np.zeros((7, 3), np.int64)
    path = archive(tmp_path / "x.npz", left=np.zeros((6, 40)), right=np.ones((7, 50)), words=words)

    with pytest.raises(UsageError) as caught:
        winitgen.probe(SPEC, input=path)
    assert f"{path} has 6 samples of one input and 7 of another" == str(caught.value)


def test_steps_need_a_single_input() -> None:
    """Which of several would have the positions is not guessed."""
    with pytest.raises(UsageError) as caught:
        winitgen.probe(SPEC, steps=5)
    assert (
        "--steps sets the positions of a sequence, of tokens or of (positions, features); "
        "this model has several inputs"
    ) == str(caught.value)
