"""Kernels that a norm cannot divide, or whose lengths no number format holds: refused before anything is written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.cli.in_process import run_here
from tests.frameworks import test_norms_at_the_edge_torch as edge
from tests.kernel_paths import drawn_by
from winitgen.drawing.whole.normed import KernelDraw
from winitgen.planning import sound_norms
from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]

TEXT = """dtype: {dtype}
layers:
  - {{name: a, type: dense, inputs: {inputs}, units: {units}, init: {init}, kernel_norm: {norm}}}
"""
TINY = TEXT.format(
    dtype="float16", inputs=2, units=4, init="{scheme: normal, std: 3.0e-8}", norm="weight_norm"
)
MESSAGE = (
    "weight_norm divides by 0 along axis 0, as all values at index 1 are 0 in float16; choose another scheme, larger "
    "values or another dtype"
)


@pytest.mark.parametrize(
    ("dtype", "inputs", "init", "norm", "message"),
    [
        ("float16", 2, "{scheme: normal, std: 3.0e-8}", "weight_norm", MESSAGE),
        (
            "float8_e4m3fn",
            3,
            "{scheme: blocks, axis: 1, sizes: [1, 2], init: [zeros, he_normal]}",
            "{type: weight_norm, axis: 1}",
            (
                "weight_norm divides by 0 along axis 1, as all values at index 0 are 0 in float8_e4m3fn; choose another "
                "scheme, larger values or another dtype"
            ),
        ),
        (
            "float32",
            2,
            "{scheme: listed, values: [1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]}",
            "weight_norm",
            (
                "weight_norm divides by 0 along axis 0, as all values at index 1 are 0 in float32; choose another scheme, "
                "larger values or another dtype"
            ),
        ),
        (
            "float16",
            9,
            "{scheme: constant, value: 30000.0}",
            "weight_norm",
            (
                "weight_norm has a length of 9e+04 at index 0 of axis 0, which does not fit in float16, whose largest number "
                "is 6.55e+04; use smaller values, or another dtype"
            ),
        ),
        (
            "float8_e4m3fn",
            9,
            "{scheme: constant, value: 416.0}",
            "weight_norm",
            (
                "weight_norm has a length of 1248 at index 0 of axis 0, which does not fit in float8_e4m3fn, whose largest "
                "number is 448; use smaller values, or another dtype"
            ),
        ),
        (
            "bfloat16",
            16,
            "{scheme: constant, value: 1.0e-30}",
            "weight_norm",
            (
                "weight_norm adds squares in float32, which holds those of lengths from 4.337e-19 to 1.845e+19, but index 0 "
                "of axis 0 has 3.994e-30; use larger values, or dtype float64"
            ),
        ),
        (
            "float64",
            4,
            "{scheme: normal, std: 1.0e+200}",
            "weight_norm",
            (
                "weight_norm adds squares in float64, which holds those of lengths from 2.983e-154 to 1.341e+154, but index "
                "0 of axis 0 has 2.098e+200; use smaller values"
            ),
        ),
        (
            "float8_e4m3fn",
            2,
            "{scheme: uniform, low: -9.8e-4, high: 9.8e-4}",
            "spectral_norm",
            (
                "spectral_norm divides by 0, as all values of this kernel are 0 in float8_e4m3fn; choose another scheme, larger "
                "values or another dtype"
            ),
        ),
        (
            "float16",
            4,
            "{scheme: constant, value: 30000.0}",
            "spectral_norm",
            (
                "spectral_norm in float16 is right for a largest singular value from 1.192e-07 to 6.55e+04 with the vectors "
                "of this kernel, which has 1.2e+05; use smaller values, or a wider dtype"
            ),
        ),
        (
            "float32",
            4,
            "{scheme: constant, value: 1.0e-14}",
            "spectral_norm",
            (
                "spectral_norm in float32 is right for a largest singular value from 1e-12 to 1.845e+19 with the vectors of "
                "this kernel, which has 4e-14; use larger values"
            ),
        ),
    ],
)
@pytest.mark.parametrize("path", ["c", "numpy"])
def test_refused(
    planned: Planned, path: str, dtype: str, inputs: int, init: str, norm: str, message: str
) -> None:
    """The message names the place, what a framework would compute, and what to write instead."""
    text = TEXT.format(dtype=dtype, inputs=inputs, units=4, init=init, norm=norm)
    with drawn_by(path), pytest.raises(winitgen.SpecError) as refused:
        planned(text)

    (mistake,) = refused.value.mistakes
    assert ("layers[0].kernel_norm", message) == (mistake.path, mistake.message)


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan"],
        ["probe"],
        *[["init", "-o", name] for name in ("w.safetensors", "w.npz", "w.h5", "folder/", "w.zarr")],
        ["init", "-o", "shards/", "--max-shard-size", "1KB"],
        ["init", "-o", "shards/", "--max-shard-size", "1KB", "--rank", "1", "--world-size", "2"],
    ],
)
def test_nothing_is_written(tmp_path: Path, arguments: list[str]) -> None:
    """Every command refuses the spec with exit code 2, and leaves no file."""
    (tmp_path / "a.yaml").write_text(TINY)
    first, *others = arguments
    found = run_here(first, "a.yaml", *others, cwd=tmp_path)

    assert (2, "") == (found.code, found.out)
    assert f"a.yaml:3:99: layers[0].kernel_norm: {MESSAGE}\n" == found.err
    assert ["a.yaml"] == [path.name for path in tmp_path.iterdir()]


def test_an_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was written with such a kernel does not agree: its recipe is told as one that cannot be drawn."""
    (tmp_path / "a.yaml").write_text(TINY)
    with monkeypatch.context() as patch:
        patch.setattr("winitgen.planning.derived.check_lengths", lambda *_: None)
        winitgen.write(tmp_path / "a.yaml", tmp_path / "w.npz")

    for spec in ([], ["a.yaml"]):
        found = run_here("verify", "w.npz", *spec, cwd=tmp_path)
        assert (2, "", 1) == (found.code, found.out, found.err.count("\n"))
        assert MESSAGE in found.err


def test_generate() -> None:
    """The library's functions refuse it likewise; with another number format, the values are right."""
    spec = {
        "layers": [
            {
                "name": "a",
                "type": "dense",
                "inputs": 2,
                "units": 4,
                "use_bias": False,
                "init": {"scheme": "normal", "std": 3e-8},
                "kernel_norm": {"type": "weight_norm", "names": "hooks"},
            }
        ]
    }
    with pytest.raises(winitgen.SpecError, match=MESSAGE):
        winitgen.generate(spec, dtype="float16")

    values = winitgen.generate(spec, dtype="bfloat16")
    lengths = np.sqrt((values["a.weight_v"].astype(float) ** 2).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(values["a.weight_g"].astype(float), lengths, rtol=2**-8)


@pytest.mark.parametrize("norm", ["weight_norm", "spectral_norm", "{type: weight_norm, axis: 1}"])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64", "float8_e4m3fn"])
@pytest.mark.parametrize(
    "init",
    [
        "he_normal",
        "xavier_uniform",
        "orthogonal",
        "lecun_normal",
        "{scheme: truncated_normal, std: 0.02, bounds: [-0.02, 0.04]}",
        "{scheme: constant, value: 0.5}",
        "{scheme: identity, gain: 0.5}",
    ],
)
def test_no_draw(planned: Planned, monkeypatch: pytest.MonkeyPatch, init: str, dtype: str, norm: str) -> None:
    """Kernels as models have them are planned without a draw."""
    monkeypatch.setattr(KernelDraw, "rows", lambda *_: pytest.fail("a kernel was drawn"))
    plan = planned(TEXT.format(dtype=dtype, inputs=4096, units=4096, init=init, norm=norm))

    assert {"a/kernel", "a/bias"} < {parameter.id for parameter in plan.parameters}


def test_the_law_is_not_too_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the law of a kernel leaves nothing open, the drawn values say the same."""

    def told(case: edge.Case) -> str:
        dtype, layer, seed = case
        try:
            edge.planned(layer, dtype, seed)
        except winitgen.SpecError as error:
            return str(error)
        return ""

    cases = edge.cases(600, seed=3)
    by_law = [told(case) for case in cases]
    monkeypatch.setattr(sound_norms, "_surely", lambda *_: False)

    assert by_law == [told(case) for case in cases]


def test_large_values_have_the_same_vectors() -> None:
    """Values of float64 whose fourth powers are beyond it have the singular vectors of smaller ones, bit for bit."""

    def drawn(std: float, dtype: str = "float64") -> dict[str, Any]:
        layer = {
            "name": "a",
            "type": "dense",
            "inputs": 9,
            "units": 7,
            "init": {"scheme": "normal", "std": std},
        }
        return winitgen.generate({"layers": [{**layer, "kernel_norm": "spectral_norm"}]}, dtype=dtype)

    one, large = drawn(1.0), drawn(2.0**400)
    names = ["a.parametrizations.weight.0._u", "a.parametrizations.weight.0._v"]

    assert [one[name].tolist() for name in names] == [large[name].tolist() for name in names]
