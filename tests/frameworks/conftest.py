"""Frameworks, if they are installed, and how their modules are filled and compared.

Tests of a missing framework are skipped, or fail if the environment has ``CI=true``,
so that a run that proves nothing cannot be mistaken for one that does.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.frameworks.any_torch.sitecustomize import torchvision_of_any_build
from tests.needed import missing

SPECS = Path(__file__).parents[2] / "specs"


def import_framework(name: str) -> ModuleType:
    """Return the framework; if it is missing, skip the test, or fail it if CI is true."""
    try:
        return import_module(name)
    except ModuleNotFoundError:
        without_torch = {"torchvision": "torchvision==0.28.0", "timm": "timm==1.0.31"}.get(name)
        command = (
            f"pip install --no-deps {without_torch}" if without_torch else "pip install -e '.[frameworks]'"
        )
        missing(name, f"install it with: {command}")


@pytest.fixture
def framework() -> Callable[[str], ModuleType]:
    """Return the function that imports a framework."""
    return import_framework


@pytest.fixture(scope="session")
def torch() -> Any:
    """Return PyTorch, with as many threads as `tests.conftest` lets it have."""
    return import_framework("torch")


@pytest.fixture(scope="session")
def torchvision(torch: Any) -> Any:
    """Return torchvision, with a PyTorch of any build."""
    try:
        return torchvision_of_any_build()
    except ModuleNotFoundError:
        return import_framework("torchvision")  # which says what is missing


@pytest.fixture(scope="session")
def transformers(torch: Any, torchvision: Any) -> Any:
    """Return Hugging Face's library of models, which downloads nothing if a test makes the config.

    It imports torchvision if that is installed, so torchvision must be prepared first.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    return import_framework("transformers")


@pytest.fixture(scope="session")
def specs() -> Path:
    """Return the folder of the example specs."""
    return SPECS


@pytest.fixture
def weights(torch: Any, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Return a function that writes a spec as safetensors and loads it as users of PyTorch do."""
    load_file = import_framework("safetensors.torch").load_file

    def weights(spec: Any, **options: Any) -> dict[str, Any]:
        path = tmp_path / "weights.safetensors"
        winitgen.write(spec, path, fsync=False, **options)
        loaded = load_file(path)
        path.unlink()  # pytest keeps folders of earlier runs, and these files are large
        return loaded

    return weights


@pytest.fixture
def fill(weights: Callable[..., dict[str, Any]]) -> Callable[..., Any]:
    """Return a function that loads a spec into a module, with no tensor missing or unused.

    Each tensor must have the shape and the number format of the module's tensor; PyTorch checks only
    the shapes.
    """

    def fill(module: Any, spec: Any, **options: Any) -> Any:
        loaded = weights(spec, **options)
        expected = {name: (tuple(own.shape), own.dtype) for name, own in module.state_dict().items()}
        module.load_state_dict(loaded, strict=True)

        assert expected == {name: (tuple(tensor.shape), tensor.dtype) for name, tensor in loaded.items()}
        return module

    return fill


@pytest.fixture
def keras(framework: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return Keras on JAX, with its counters of names reset."""
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    framework("jax")
    keras = framework("keras")
    keras.backend.clear_session()
    return keras


@pytest.fixture
def jax(framework: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return JAX, computing on the CPU with full precision."""
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    jax: Any = framework("jax")
    with jax.default_matmul_precision("highest"):
        yield jax


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., None]:
    """Return a function that loads a spec into a model of Keras, with no variable missing or unused."""
    import h5py

    def load(model: Any, spec: Any, **options: Any) -> None:
        path = tmp_path / "model.weights.h5"
        winitgen.write(spec, path, layout="keras", fsync=False, force=True, **options)
        found: list[str] = []
        with h5py.File(path) as file:
            file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
        model.load_weights(path)

        assert len(model.weights) == len(found)

    return load


def digest(array: Any) -> str:
    """Return a SHA-256 of the values of a NumPy or PyTorch array of any number format."""
    if not isinstance(array, np.ndarray):
        array = array.detach().contiguous().reshape(-1).view(import_framework("torch").uint8).numpy()
    return hashlib.sha256(np.ascontiguousarray(array).reshape(-1).view("u1")).hexdigest()


@pytest.fixture
def bits() -> Callable[[dict[str, Any]], dict[str, str]]:
    """Return a function that makes arrays of any framework comparable, bit for bit."""
    return lambda arrays: {name: digest(array) for name, array in arrays.items()}
