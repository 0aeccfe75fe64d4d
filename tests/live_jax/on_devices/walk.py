"""Draws many trees on eight devices of one process, and prints as JSON what was not as it is in the file.

``python -m tests.live_jax.on_devices.walk`` with ``XLA_FLAGS=--xla_force_host_platform_device_count=8``.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import jax
import numpy as np
from flax import linen, nnx

import winitgen
import winitgen.jax
from tests.frameworks import parity
from tests.frameworks.flax_models import LINEN, NNX
from tests.live_jax.on_devices.expected import Drawn, in_file, unequal
from tests.live_jax.on_devices.forms import of_annotations, of_boxes, of_keras, of_prefixes
from tests.live_jax.on_devices.places import PLACES, Place, flat, of_state
from tests.live_jax.on_devices.refusals import messages

SPECS: dict[str, Any] = {
    "mlp": parity.SPECS["mlp"],
    "convolutions": parity.SPECS["convolutions"],
    "recurrent": parity.SPECS["recurrent"],
    "transformer": parity.SPECS["transformer"],
    "llama": str(Path(__file__).parents[3] / "specs/llama-tiny.yaml"),
}


def batch(spec: dict[str, Any]) -> Any:
    """Return what linen's models are called on: an image has its channels last."""
    shape = spec["input"]
    if isinstance(shape, dict):
        return np.zeros((1, shape["tokens"]), np.int32)
    return np.zeros((1, shape) if isinstance(shape, int) else (1, *shape[1:], shape[0]), np.float32)


def plain(name: str, place: Place, where: Path) -> list[str]:
    """A flat mapping of the names of PyTorch, which counts batches in int64."""
    spec = SPECS[name]
    with Drawn() as drawn, jax.enable_x64(name == "convolutions"):
        tree = winitgen.jax.tree(spec, place)
    return [*unequal(tree, in_file(spec, where), place), *drawn.wrong(tree)]


def nested(name: str, place: Place, where: Path) -> list[str]:
    """Linen's variables, from a function of name and shape."""
    spec = SPECS[name]
    with Drawn() as drawn:
        tree = winitgen.jax.tree(spec, place, layout="flax")
    return [*unequal(flat(tree), in_file(spec, where, layout="flax"), place), *drawn.wrong(flat(tree))]


def in_linen(name: str, place: Place, where: Path) -> list[str]:
    """Linen's variables as a model declares them, with shardings in a tree of the same structure."""
    spec = SPECS[name]
    abstract = jax.eval_shape(LINEN[name](linen, jax).init, jax.random.key(0), batch(spec))
    leaves, structure = jax.tree.flatten(abstract)
    placed = [jax.ShapeDtypeStruct(one.shape, one.dtype, sharding=place("", one.shape)) for one in leaves]
    with Drawn() as drawn:
        tree = winitgen.jax.tree(spec, jax.tree.unflatten(structure, placed), layout="flax")
    same = [] if jax.tree.structure(tree) == structure else ["another structure"]
    return [*same, *unequal(flat(tree), in_file(spec, where, layout="flax"), place), *drawn.wrong(flat(tree))]


def in_nnx(name: str, place: Place, where: Path) -> list[str]:
    """A module of nnx that was never filled, and the state of one that was."""
    spec, found = SPECS[name], in_file(SPECS[name], where, layout="nnx")
    abstract = nnx.eval_shape(lambda: NNX[name](nnx, jax))
    module = winitgen.jax.tree(spec, place, like=abstract, layout="nnx")
    filled = of_state(nnx.state(module))
    wrong = [] if type(module) is type(abstract) else ["another class"]
    state = winitgen.jax.tree(spec, seed=1, layout="nnx", like=nnx.state(module))
    nnx.update(module, state)
    other = in_file(spec, where, seed=1, layout="nnx")
    return [*wrong, *unequal(filled, found, place), *unequal(of_state(nnx.state(module)), other, place)]


def single(name: str, place: Place, where: Path) -> list[str]:
    """One tensor after the other, by its name."""
    found = in_file(SPECS[name], where)
    plan = winitgen.plan(SPECS[name])
    tree = {key: winitgen.jax.array(plan, key, place(key, tuple(one["shape"]))) for key, one in found.items()}
    return unequal(tree, found, place)


FORMS: dict[Callable[[str, Place, Path], list[str]], tuple[str, ...]] = {
    plain: ("mlp", "convolutions", "llama"),
    nested: ("mlp", "llama"),
    in_linen: ("mlp", "convolutions", "recurrent", "transformer"),
    in_nnx: ("mlp", "convolutions", "recurrent", "transformer"),
    single: ("llama",),
}
"""The models that are drawn in each form, at each of the places."""


def main() -> None:
    """Print what was wrong in each case: nothing, if all is well."""
    found: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for form, models in FORMS.items():
            for model, (at, place) in product(models, PLACES.items()):
                found[f"{form.__name__}: {model}, {at}"] = form(model, place, Path(folder))
        found["boxes"] = of_boxes(Path(folder))
        found["annotations"] = of_annotations(Path(folder))
        found["keras"] = of_keras(Path(folder))
        found["prefixes"] = of_prefixes(Path(folder))
    print(json.dumps({"cases": found, "messages": messages()}))


if __name__ == "__main__":
    main()
