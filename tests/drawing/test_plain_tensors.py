"""Which models are drawn without NumPy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.kernel_paths import drawn_by
from tests.needed import missing
from winitgen.compiled.kernels import kernels
from winitgen.layouts import tensors
from winitgen.writing import plain_tensors
from winitgen.writing.plain_tensors import PlainTensor, plain_where_possible

DENSE = {"name": "fc", "type": "dense", "units": 5}


@pytest.fixture(autouse=True)
def _built() -> None:
    """Skip these tests where the kernels were not built: nothing is plain there."""
    with drawn_by("c"):
        if kernels() is None:
            missing("a C compiler at the time of the installation", "install one, then winitgen again")


def are_plain(*layers: dict[str, Any], **others: Any) -> bool:
    """Tell whether a model of these layers is drawn without NumPy."""
    planned = winitgen.plan({"input": 4, "layers": list(layers)} | others)
    with drawn_by("c"):
        found = plain_where_possible(tensors(planned))
    kinds = {isinstance(tensor, PlainTensor) for tensor in found}
    assert 1 == len(kinds)
    return kinds.pop()


@pytest.mark.parametrize(
    "init",
    [
        "he_normal",
        "xavier_uniform",
        {"scheme": "truncated_normal", "std": 0.02},
        "zeros",
        {"scheme": "normal", "std": 1e-20},
    ],
)
def test_plain(init: Any) -> None:
    """Values that are drawn one by one need no NumPy."""
    assert are_plain(DENSE | {"init": init})


@pytest.mark.parametrize(
    ("layers", "others"),
    [
        ([DENSE, DENSE | {"name": "q", "init": "orthogonal"}], {}),
        ([DENSE], {"layout": "keras"}),
        ([DENSE], {"dtype": "float64"}),
    ],
    ids=["one of them a whole array", "turned", "float64"],
)
def test_not_plain(layers: list[dict[str, Any]], others: dict[str, Any]) -> None:
    """If one tensor needs NumPy, all are drawn by its path."""
    assert not are_plain(*layers, **others)


def test_a_large_model_is_not_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large model takes longer than NumPy's import, and is drawn faster by the tables that NumPy makes."""
    monkeypatch.setattr(plain_tensors, "MOST", 24)

    assert not are_plain(DENSE)


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_same_files_and_reports(dtype: str, tmp_path: Path) -> None:
    """Both paths write the same bytes and report the same figures."""
    spec = {"input": 300, "dtype": dtype, "layers": [DENSE | {"units": 1000, "activation": "relu"}]}
    files, figures = [], []
    for path in ("c", "numpy"):
        with drawn_by(path):
            written = winitgen.write(spec, tmp_path / f"{path}.safetensors")
        files.append((tmp_path / f"{path}.safetensors").read_bytes())
        figures.append([row.pop("measured") for row in written.report["tensors"]])

    assert files[0] == files[1]
    for by_kernels, by_numpy in zip(*figures, strict=True):
        assert by_numpy == pytest.approx(by_kernels, rel=1e-10)
