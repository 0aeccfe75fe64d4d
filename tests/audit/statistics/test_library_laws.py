"""Files whose values follow the law of a library, and files that only look like it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from scipy import special

from tests.audit.statistics import library_samples as draws
from winitgen.audit.statistics import LEVEL, explaining
from winitgen.audit.statistics.measured.fitting import Explanation
from winitgen.audit.statistics.measured.table import LAWS, LibraryLaw

Report = Callable[..., dict[str, Any]]

SHAPE = (500, 400)
SIZE = 500 * 400
FAR = {"scheme": "normal", "std": 0.02}
CUT = {"scheme": "truncated_normal", "std": 0.02, "bounds": 2, "correct": False}
FLAT = {"scheme": "uniform", "low": -0.25, "high": 0.5}


def spec(init: Any, names: str = "w", shape: tuple[int, ...] = SHAPE) -> dict[str, Any]:
    """Return a spec of tensors."""
    return {"layers": [{"name": name, "type": "param", "shape": list(shape), "init": init} for name in names]}


def bf16(values: Any) -> Any:
    """Return values in bfloat16."""
    return values.astype(ml_dtypes.bfloat16)


GOOD: dict[str, tuple[Any, str, Callable[[np.random.Generator], Any], str]] = {
    "JAX normal": (
        FAR, "bfloat16", lambda rng: draws.jax_normal(rng, SIZE, 0.02),
        "as JAX draws bfloat16: 128 values, tails cut at 2.9 standard deviations",
    ),
    "JAX truncated": (
        CUT, "bfloat16", lambda rng: draws.jax_truncated(rng, SIZE, 0.02),
        "as JAX draws bfloat16: 128 values from -2.0 to 1.9 standard deviations",
    ),
    "JAX uniform": (
        FLAT, "bfloat16", lambda rng: draws.jax_uniform(rng, SIZE, -0.25, 0.5),
        "as JAX and TensorFlow draw bfloat16: 128 values, the lower end among them and not the upper",
    ),
    "PyTorch uniform": (
        {"scheme": "uniform", "low": 0, "high": 1}, "bfloat16", lambda rng: draws.torch_uniform(rng, 5 * SIZE, 0.0, 1.0),
        "as PyTorch draws bfloat16: what is rounded to the upper end stands at the lower end",
    ),
    "timm normal": (
        FAR, "bfloat16", lambda rng: draws.timm_normal(rng, SIZE, 0.02),
        "as timm draws bfloat16: 1 in 512 values at -2, others to 2.9 standard deviations",
    ),
    "timm float32": (
        FAR, "float32", lambda rng: one_far(rng, -2.0),
        "as timm draws float32: 1 in 16,777,216 values at -2",
    ),
    "Keras on PyTorch": (
        CUT, "float32", lambda rng: draws.keras_truncated(rng, SIZE, 0.02),
        "as Keras on PyTorch draws float32: 4 in 1,000,000 values beyond the cut",
    ),
    "MLX normal": (
        {"scheme": "normal", "std": 0.147}, "bfloat16", lambda rng: draws.mlx_normal(rng, 5 * SIZE, 0.147),
        "as MLX draws bfloat16: the scale is rounded to the format and multiplied in it",
    ),
}  # fmt: skip


def one_far(rng: np.random.Generator, value: float, count: int = 1) -> Any:
    """Return normals with some values at a place far away."""
    values = (rng.standard_normal(SIZE) * 0.02).astype(np.float32)
    values[10 : 10 + count] = value
    return values


@pytest.mark.parametrize("name", GOOD)
def test_a_library_is_named(name: str, report: Report) -> None:
    """The file agrees, and its report says which library draws so; with ``ideal`` it differs."""
    init, dtype, draw, line = GOOD[name]
    arrays = {"w": draw(np.random.default_rng(6)).reshape(-1, 400)}
    model = spec(init, shape=arrays["w"].shape)

    found, strict = (report(arrays, model, dtype=dtype, ideal=ideal) for ideal in (False, True))

    assert ("agrees", [line], [["w"]]) == (
        found["verdict"],
        [law["law"] for law in found["laws"]],
        [law["tensors"] for law in found["laws"]],
    )
    assert (line, []) == (found["tensors"][0]["law"], found["tensors"][0]["why"])
    assert ("differs", found["laws"]) == (strict["verdict"], strict["laws"])
    assert strict["tensors"][0]["why"]
    assert [] == strict["tensors"][0]["hints"]  # the law says more than a guess


def six_bits(rng: np.random.Generator) -> Any:
    """Draw as JAX does, from one bit less."""
    uniform = (rng.integers(0, 64, SIZE) / 32 - 63 / 64).astype(ml_dtypes.bfloat16).astype(np.float32)
    return bf16(bf16(special.erfinv(uniform) * 2**0.5).astype(np.float32) * 0.02)


def one_value_more_often(rng: np.random.Generator) -> Any:
    """Draw as JAX does, but a value three times as often as the others."""
    values = draws.jax_normal(rng, SIZE, 0.02)
    values[: SIZE // 64] = np.sort(values)[SIZE // 3]
    return values


def more_flipped(rng: np.random.Generator) -> Any:
    """Draw as PyTorch does, with more values at the lower end."""
    values = draws.torch_uniform(rng, SIZE, 0.0, 1.0)
    values[: SIZE // 50] = 0.0
    return values


def lump_elsewhere(rng: np.random.Generator) -> Any:
    """Draw as timm does, but for one value between the lump and the others."""
    values = draws.timm_normal(rng, SIZE, 0.02)
    values[3] = -1.0
    return values


def leak(rng: np.random.Generator, count: int, place: float) -> Any:
    """Draw as Keras does, with values beyond the cut."""
    values = draws.keras_truncated(rng, SIZE, 0.02)
    values[5 : 5 + count] = place * 0.02
    return values


def with_one(values: Any, value: float) -> Any:
    """Return values of which one is another."""
    values[3] = value
    return values


MUTANTS: dict[str, tuple[Any, str, Callable[[np.random.Generator], Any]]] = {
    "JAX, std 3 % too large": (FAR, "bfloat16", lambda rng: draws.jax_normal(rng, SIZE, 0.0206)),
    "JAX, std 3 % too small": (CUT, "bfloat16", lambda rng: draws.jax_truncated(rng, SIZE, 0.0194)),
    "JAX, another law": (CUT, "bfloat16", lambda rng: draws.jax_normal(rng, SIZE, 0.0176)),
    "JAX, not cut": (FAR, "bfloat16", lambda rng: draws.jax_truncated(rng, SIZE, 0.0227)),
    "JAX, moved": (FLAT, "bfloat16", lambda rng: draws.jax_uniform(rng, SIZE, -0.24, 0.51)),
    "JAX, half as wide": (FLAT, "bfloat16", lambda rng: draws.jax_uniform(rng, SIZE, -0.25, 0.48)),
    "JAX, turned round": (FAR, "bfloat16", lambda rng: -draws.jax_normal(rng, SIZE, 0.02)),
    "JAX, six bits": (FAR, "bfloat16", six_bits),
    "JAX, one value more often": (FAR, "bfloat16", one_value_more_often),
    "JAX, one value off the grid": (FAR, "bfloat16", lambda rng: with_one(draws.jax_normal(rng, SIZE, 0.02), 0.078)),
    "timm, one value off the grid": (FAR, "bfloat16", lambda rng: with_one(draws.timm_normal(rng, SIZE, 0.02), 0.07)),
    "PyTorch, more flipped": ({"scheme": "uniform", "low": 0, "high": 1}, "bfloat16", more_flipped),
    "timm, lump elsewhere": (FAR, "bfloat16", lump_elsewhere),
    "timm, lump at -1": (FAR, "bfloat16", lambda rng: draws.timm_normal(rng, SIZE, 0.02, end=-1.0)),
    "timm, std 3 % too large": (FAR, "bfloat16", lambda rng: draws.timm_normal(rng, SIZE, 0.0206)),
    "timm float32, four lumps": (FAR, "float32", lambda rng: one_far(rng, -2.0, 4)),
    "timm float32, lump at 2": (FAR, "float32", lambda rng: one_far(rng, 2.0)),
    "Keras, 20 leaks": (CUT, "float32", lambda rng: leak(rng, 20, 2.1)),
    "Keras, a leak too far": (CUT, "float32", lambda rng: leak(rng, 1, 7.0)),
    "MLX, std 2 % too large": (FAR, "bfloat16", lambda rng: draws.mlx_normal(rng, SIZE, 0.0204)),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_a_fault_in_a_library_s_grid_is_found(name: str, report: Report) -> None:
    """No library draws such values, though they are of its grid."""
    init, dtype, draw = MUTANTS[name]

    found = report({"w": draw(np.random.default_rng(6)).reshape(SHAPE)}, spec(init), dtype=dtype)

    assert ("differs", []) == (found["verdict"], found["laws"])


def test_what_a_law_does_not_explain_is_still_said(report: Report) -> None:
    """A sorted matrix and a copied one are found in a file whose laws are a library's."""
    values = draws.jax_normal(np.random.default_rng(6), SIZE, 0.02)
    arrays = {"a": values.reshape(SHAPE), "b": np.sort(values).reshape(SHAPE), "c": values.reshape(SHAPE)}

    rows = report(arrays, spec(FAR, "abc"), dtype="bfloat16")["tensors"]

    assert ["agrees", "differs", "differs"] == [row["verdict"] for row in rows]
    assert ["equals a, but the spec draws both"] == rows[2]["why"]


def test_neighbours_are_tested_under_the_library_s_law(report: Report) -> None:
    """In each block of four the values are in order: they are those of JAX, but not drawn one by one."""
    values = draws.jax_normal(np.random.default_rng(6), SIZE, 0.02).reshape(-1, 4)

    (row,) = report({"w": np.sort(values).reshape(SHAPE)}, spec(FAR), dtype="bfloat16")["tensors"]

    assert ("differs", None) == (row["verdict"], row["law"])
    assert 0.04 < row["tests"]["correlation along axis 1"]["value"] < 0.05


def law(library: str) -> LibraryLaw:
    """Return the first law of a library."""
    return next(one for one in LAWS if one.library == library)


def test_one_library_is_named_for_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the laws that fit a tensor, that of the library is named which explains more of the file, or else the likeliest."""
    fitting = {
        "a": [("timm", -8.0), ("PyTorch", -7.0), ("MLX", -6.0)],
        "b": [("timm", -9.0), ("PyTorch", -7.0)],
        "c": [("timm", -8.0), ("JAX", -4.0)],
    }
    none = np.zeros(0)

    def fits(sample: str, level: float) -> list[Explanation]:
        assert LEVEL / 10 / (3 * 10) == level
        return [Explanation(law(library), "", none, none, score) for library, score in fitting[sample]]

    monkeypatch.setattr(explaining, "explanations", fits)
    rows = [
        SimpleNamespace(
            sample=name, why=[], beyond=["far"], neighbours=None, stored=SimpleNamespace(shape=(2, 3))
        )
        for name in fitting
    ]

    explaining.explain(rows, [[], [], []], LEVEL / 10)  # type: ignore[arg-type]

    assert ["timm", "timm", "timm"] == [row.law.law.library for row in rows]
    fitting["c"] = [("JAX", -4.0)]
    explaining.explain(rows, [[], [], []], LEVEL / 10)  # type: ignore[arg-type]

    assert ["PyTorch", "PyTorch", "JAX"] == [row.law.law.library for row in rows]


def test_the_alternative_costs_nothing_where_the_plan_is_followed(
    report: Report, counted: Callable[[str], list[Any]]
) -> None:
    """No measured law is tried for a good file."""
    tried = counted("winitgen.audit.statistics.explaining.explanations")
    values = bf16(np.random.default_rng(6).standard_normal(SHAPE) * 0.02)

    assert "agrees" == report({"w": values}, spec(FAR), dtype="bfloat16")["verdict"]
    assert [] == tried
