"""A layer whose copy the file leaves out, in Keras's own file."""

from pathlib import Path

import pytest

import winitgen

SPEC = {
    "input": 4,
    "layout": "keras",
    "layers": [
        {"name": "b", "type": "dense", "units": 4, "tied_to": {"kernel": "a", "bias": "a"}, "tied": "omit"},
        {"name": "c", "type": "dense", "units": 4},
        {"name": "a", "type": "dense", "units": 4},
    ],
}


def test_keras_h5_is_refused(tmp_path: Path) -> None:
    """Where Keras numbers a layer that is called twice is not said here, so nothing is written."""
    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.write(SPEC, tmp_path / "w.weights.h5")

    assert "keras-h5 cannot hold 'c/kernel': no layer of Keras has it; .h5 can" == str(caught.value)
    assert [] == list(tmp_path.iterdir())


def test_other_files_hold_it_once(tmp_path: Path) -> None:
    """By name the layer is there, once."""
    assert ["c/kernel", "c/bias", "a/kernel", "a/bias"] == list(winitgen.generate(SPEC))
