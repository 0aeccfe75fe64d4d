"""What libraries draw in each number format, and how many good files ``verify --statistics`` refuses, by hand.

::

    python -m tests.frameworks.library_draws torch jax keras_torch mlx timm equinox
    KERAS_BACKEND=torch python -m tests.frameworks.library_draws keras

Each case is a tensor of a layer-spec, and a function that draws it with a library. Counting takes minutes a library.
"""

from __future__ import annotations

import math
import os
import sys
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

import winitgen
from tests.audit.statistics.conftest import stored
from winitgen.audit.statistics import check
from winitgen.files.input.numpy_formats import numpy_dtype
from winitgen.files.input.open_file import OpenFile

Draw = Callable[[tuple[int, int], str, int], Any]
"""From the shape (outputs, inputs), the number format and a seed."""


class Case(NamedTuple):
    """A tensor: how a layer-spec plans it, and how a library draws it."""

    init: Any
    draw: Draw


def normal(std: float) -> dict[str, Any]:
    """Return the scheme of a normal."""
    return {"scheme": "normal", "std": std}


def uniform(low: float, high: float) -> dict[str, Any]:
    """Return the scheme of a uniform."""
    return {"scheme": "uniform", "low": low, "high": high}


def truncated(std: float) -> dict[str, Any]:
    """Return the scheme of a normal that is cut at two deviations and not corrected."""
    return {"scheme": "truncated_normal", "std": std, "bounds": 2, "correct": False}


LINEAR = {"scheme": "variance_scaling", "scale": 1 / 3, "mode": "fan_in", "distribution": "uniform"}
"""Uniform within 1/sqrt(inputs)."""


def torch_cases() -> dict[str, Case]:
    """Return PyTorch's cases."""
    torch = import_module("torch")
    init = torch.nn.init

    def filled(fill: Callable[[Any], Any]) -> Draw:
        def draw(shape: tuple[int, int], dtype: str, seed: int) -> Any:
            torch.manual_seed(seed)
            return _plain(fill(torch.empty(shape, dtype=getattr(torch, dtype))))

        return draw

    return {
        "linear": Case(LINEAR, filled(lambda t: init.kaiming_uniform_(t, a=math.sqrt(5)))),
        "xavier uniform": Case("xavier_uniform", filled(init.xavier_uniform_)),
        "uniform": Case(uniform(0, 1), filled(init.uniform_)),
        "truncated": Case(
            truncated(0.02), filled(lambda t: init.trunc_normal_(t, std=0.02, a=-0.04, b=0.04))
        ),
        "truncated far away": Case(normal(0.02), filled(lambda t: init.trunc_normal_(t, std=0.02))),
        "kaiming normal": Case("he_normal", filled(lambda t: init.kaiming_normal_(t, nonlinearity="relu"))),
    }


def timm_cases() -> dict[str, Case]:
    """Return timm's cases."""
    from tests.frameworks.any_torch.sitecustomize import torchvision_of_any_build

    torch = import_module("torch")
    torchvision_of_any_build()
    layers = import_module("timm.layers")

    def filled(fill: Callable[..., Any]) -> Draw:
        def draw(shape: tuple[int, int], dtype: str, seed: int) -> Any:
            torch.manual_seed(seed)
            return _plain(fill(torch.empty(shape, dtype=getattr(torch, dtype)), std=0.02))

        return draw

    return {
        "normal": Case(normal(0.02), filled(layers.trunc_normal_)),
        "interval": Case({"scheme": "trunc_normal", "std": 0.02}, filled(layers.trunc_normal_)),
        "scaled": Case(truncated(0.02), filled(layers.trunc_normal_tf_)),
    }


def jax_cases() -> dict[str, Case]:
    """Return JAX's cases, which are those of flax and haiku."""
    jax = import_module("jax")
    init = import_module("jax.nn.initializers")

    def of(initializer: Any) -> Draw:
        return lambda shape, dtype, seed: _wide(initializer(jax.random.key(seed), shape[::-1], dtype)).T

    def between(shape: tuple[int, int], dtype: str, seed: int) -> Any:
        return _wide(jax.random.uniform(jax.random.key(seed), shape, dtype, -0.1, 0.3))

    return {
        "uniform": Case(uniform(-0.1, 0.3), between),
        "normal": Case(normal(0.02), of(init.normal(0.02))),
        "truncated": Case(truncated(0.02), of(init.truncated_normal(0.02))),
        "lecun normal": Case("lecun_truncated_normal", of(init.lecun_normal())),
        "he normal": Case("he_truncated_normal", of(init.he_normal())),
        "glorot uniform": Case("xavier_uniform", of(init.glorot_uniform())),
    }


def equinox_cases() -> dict[str, Case]:
    """Return equinox's case."""
    jax, equinox = import_module("jax"), import_module("equinox")

    def draw(shape: tuple[int, int], dtype: str, seed: int) -> Any:
        layer = equinox.nn.Linear(shape[1], shape[0], key=jax.random.key(seed), dtype=dtype)
        return _wide(layer.weight)

    return {"linear": Case(LINEAR, draw)}


def mlx_cases() -> dict[str, Case]:
    """Return MLX's cases."""
    mx, init = import_module("mlx.core"), import_module("mlx.nn.init")

    def of(initializer: Callable[..., Any]) -> Draw:
        def draw(shape: tuple[int, int], dtype: str, seed: int) -> Any:
            mx.random.seed(seed)
            return np.array(initializer(dtype=getattr(mx, dtype))(mx.zeros(shape)).astype(mx.float32))

        return draw

    def cut(dtype: Any) -> Callable[[Any], Any]:
        return lambda like: mx.random.truncated_normal(-2, 2, like.shape, dtype) * 0.02

    return {
        "normal": Case(normal(0.07), of(lambda dtype: init.normal(0.0, 0.07, dtype))),
        "uniform": Case(uniform(-0.05, 0.05), of(lambda dtype: init.uniform(-0.05, 0.05, dtype))),
        "glorot uniform": Case("xavier_uniform", of(init.glorot_uniform)),
        "he normal": Case("lecun_normal", of(init.he_normal)),
        "truncated": Case(truncated(0.02), of(cut)),
    }


def keras_cases() -> dict[str, Case]:
    """Return Keras's cases, on the backend of the environment."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    keras = import_module("keras")

    def of(name: str, **options: float) -> Draw:
        def draw(shape: tuple[int, int], dtype: str, seed: int) -> Any:
            initializer = getattr(keras.initializers, name)(**options, seed=seed)
            return _plain(initializer(shape[::-1], dtype)).T

        return draw

    return {
        "normal": Case(normal(0.05), of("RandomNormal", stddev=0.05)),
        "glorot uniform": Case("xavier_uniform", of("GlorotUniform")),
        "he normal": Case("he_truncated_normal", of("HeNormal")),
        "truncated": Case(truncated(0.05), of("TruncatedNormal", stddev=0.05)),
    }


def keras_torch_cases() -> dict[str, Case]:
    """Return the cases of Keras's PyTorch backend, whatever backend Keras has been started with."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    backend = import_module("keras.src.backend.torch.random")

    def cut(shape: tuple[int, int], dtype: str, seed: int) -> Any:
        return _plain(backend.truncated_normal(shape, 0.0, 0.05, dtype, seed))

    def between(shape: tuple[int, int], dtype: str, seed: int) -> Any:
        return _plain(backend.uniform(shape, -0.043, 0.043, dtype, seed))

    return {
        "uniform": Case(uniform(-0.043, 0.043), between),
        "truncated": Case(truncated(0.05), cut),
    }


LIBRARIES: dict[str, Callable[[], dict[str, Case]]] = {
    "torch": torch_cases,
    "timm": timm_cases,
    "jax": jax_cases,
    "equinox": equinox_cases,
    "mlx": mlx_cases,
    "keras": keras_cases,
    "keras_torch": keras_torch_cases,
}


def _plain(tensor: Any) -> Any:
    """Return a framework's tensor as an array of at least float32."""
    if hasattr(tensor, "detach"):
        return tensor.detach().to(dtype=import_module("torch").float32).numpy()
    return _wide(tensor)


def _wide(array: Any) -> Any:
    return np.asarray(array).astype(np.float32)


def report_of(case: Case, shape: tuple[int, int], dtype: str, seed: int, **options: Any) -> dict[str, Any]:
    """Return the report about a file with one tensor that the library draws."""
    return checked(case.init, case.draw(shape, dtype, seed), dtype, **options)


def checked(init: Any, values: Any, dtype: str, **options: Any) -> dict[str, Any]:
    """Return the report about a file with one tensor, of shape (outputs, inputs), that is rounded to a format."""
    outputs, inputs = values.shape
    layer = {
        "name": "w",
        "type": "dense",
        "units": outputs,
        "inputs": inputs,
        "init": init,
        "use_bias": False,
    }
    planned = winitgen.plan({"layers": [layer]}, dtype=dtype)
    array = stored("w.weight", values.astype(numpy_dtype(dtype)))
    return check(OpenFile("w", "test", [array]), planned, **options)


SIZES = (((250, 400), 20), ((1000, 1000), 5))


def main(libraries: list[str]) -> None:
    """Print for each case and format how many files differ from the ideal law, how many are refused, and what is said."""
    backend = os.environ.get("KERAS_BACKEND", "")
    total, refused = 0, 0
    for library in libraries:
        for name, case in LIBRARIES[library]().items():
            for dtype in ("bfloat16", "float16", "float32"):
                cells = []
                said = Counter[str]()
                for shape, files in SIZES:
                    ideal, bad = 0, 0
                    for seed in range(files):
                        report = report_of(case, shape, dtype, seed + 1)
                        laws = [law["law"] for law in report["laws"]]
                        bad += report["verdict"] != "agrees"
                        ideal += bool(laws) or report["verdict"] != "agrees"
                        said.update(laws or [line for row in report["tensors"] for line in row["why"]])
                    cells.append(f"{ideal}/{files} -> {bad}")
                    total, refused = total + files, refused + bad
                named = "; ".join(f"{line} ({count})" for line, count in said.most_common(3))
                print(f"| {library} {backend} {name} | {dtype} | {' | '.join(cells)} | {named} |", flush=True)
    print(f"{refused} of {total} good files are refused")


if __name__ == "__main__":
    main(sys.argv[1:])
