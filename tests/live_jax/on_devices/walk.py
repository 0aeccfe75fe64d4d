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
from jax.sharding import AxisType, NamedSharding, PartitionSpec

import winitgen
import winitgen.jax
from tests.frameworks import parity
from tests.frameworks.flax_models import LINEN, NNX
from tests.live_jax.on_devices.expected import Drawn, in_file, unequal
from tests.live_jax.on_devices.refusals import messages

SPECS: dict[str, Any] = {
    "mlp": parity.SPECS["mlp"],
    "convolutions": parity.SPECS["convolutions"],
    "recurrent": parity.SPECS["recurrent"],
    "transformer": parity.SPECS["transformer"],
    "llama": str(Path(__file__).parents[3] / "specs/llama-tiny.yaml"),
}

AUTO = AxisType.Auto
LINE = jax.make_mesh((8,), ("x",), axis_types=(AUTO,))
GRID = jax.make_mesh((4, 2), ("x", "y"), axis_types=(AUTO, AUTO))
REPLICATED = NamedSharding(GRID, PartitionSpec())

Place = Callable[[str, tuple[int, ...]], Any]


def along(mesh: Any, *axes: str) -> Place:
    """Return a function that divides a tensor along as many of its last axes as the mesh divides evenly."""

    def place(name: str, shape: tuple[int, ...]) -> Any:
        left, parts = [*axes], []
        for size in reversed(shape):
            fits = left and size % mesh.shape[left[-1]] == 0
            parts.insert(0, left.pop() if fits else None)
        return NamedSharding(mesh, PartitionSpec(*parts))

    return place


PLACES: dict[str, Place] = {
    "line": along(LINE, "x"),
    "grid": along(GRID, "x", "y"),
    "rows of a grid": along(GRID, "y"),
    "replicated": lambda name, shape: REPLICATED,
}
"""Shardings over one axis and over two, with shards on one device, on four and on all."""


def batch(spec: dict[str, Any]) -> Any:
    """Return what linen's models are called on: an image has its channels last."""
    shape = spec["input"]
    if isinstance(shape, dict):
        return np.zeros((1, shape["tokens"]), np.int32)
    return np.zeros((1, shape) if isinstance(shape, int) else (1, *shape[1:], shape[0]), np.float32)


def flat(tree: Any) -> dict[str, Any]:
    """Return the arrays of nested mappings by their keys, joined by dots."""
    found = jax.tree_util.tree_flatten_with_path(tree)[0]
    return {".".join(str(entry.key) for entry in path if hasattr(entry, "key")): leaf for path, leaf in found}


def of_state(state: Any) -> dict[str, Any]:
    """Return the arrays of a state of nnx, which are no random numbers, by their paths."""
    return {
        ".".join(map(str, path)): leaf[...]
        for path, leaf in nnx.to_flat_state(state)
        if not isinstance(leaf, nnx.RngState)
    }


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


def of_boxes(where: Path) -> list[str]:
    """Linen's partitioned parameters keep their names of axes; nnx's random states stay as they are."""

    class Model(nnx.Module):
        def __init__(self, rngs: Any) -> None:
            self.fc = nnx.Linear(4, 8, rngs=rngs)
            self.drop = nnx.Dropout(0.1, rngs=rngs)
            self.layers = nnx.List([nnx.Linear(8, 8, use_bias=False, rngs=rngs)])

    dense = {"name": "fc", "type": "dense", "units": 8}
    last = {"name": "layers.0", "type": "dense", "units": 8, "use_bias": False}
    spec = {"input": 4, "layers": [dense, last]}
    model = Model(nnx.Rngs(7))
    before = np.asarray(jax.random.key_data(model.drop.rngs.key[...]))
    nnx.update(model, winitgen.jax.tree(spec, REPLICATED, layout="nnx"))
    filled = of_state(nnx.state(winitgen.jax.tree(spec, like=model, layout="nnx")))
    wrong = unequal(filled, in_file(spec, where, layout="nnx"), PLACES["replicated"])
    if not np.array_equal(before, jax.random.key_data(model.drop.rngs.key[...])):
        wrong.append("the random state changed")

    init = linen.with_partitioning(linen.initializers.zeros, (None, "y"))
    boxed = jax.eval_shape(
        linen.Dense(8, kernel_init=init, name="fc").init, jax.random.key(0), np.zeros((1, 4))
    )
    variables = {"params": {"fc": boxed["params"]}}
    tree = winitgen.jax.tree({"input": 4, "layers": [dense]}, REPLICATED, like=variables, layout="flax")
    kernel = tree["params"]["fc"]["kernel"]
    if kernel.names != (None, "y") or kernel.value.shape != (4, 8):
        wrong.append(f"the box is {kernel}")
    return wrong


def of_annotations(where: Path) -> list[str]:
    """Shardings that a model declares come as Flax gives them: in abstract states of nnx, and beside linen's boxes."""
    kernel = NamedSharding(GRID, PartitionSpec("x", "y"))
    spec = {"input": 4, "layers": [{"name": "fc", "type": "dense", "units": 8}]}

    def place(name: str, shape: tuple[int, ...]) -> Any:
        return kernel if len(shape) == 2 else REPLICATED

    class Module(nnx.Module):
        def __init__(self) -> None:
            init = nnx.with_partitioning(nnx.initializers.zeros, ("x", "y"))
            self.fc = nnx.Linear(4, 8, kernel_init=init, rngs=nnx.Rngs(0))

    _, declared = nnx.get_abstract_model(Module, GRID)
    state = of_state(winitgen.jax.tree(spec, declared, layout="nnx"))
    with jax.set_mesh(GRID):
        module = winitgen.jax.tree(spec, like=nnx.eval_shape(Module), layout="nnx")

    class Model(linen.Module):
        @linen.compact
        def __call__(self, x: Any) -> Any:
            init = linen.with_partitioning(linen.initializers.zeros, ("x", "y"))
            return linen.Dense(8, kernel_init=init, name="fc")(x)

    boxed = jax.eval_shape(Model().init, jax.random.key(0), np.zeros((1, 4)))
    variables = winitgen.jax.tree(spec, linen.get_sharding(boxed, GRID), like=boxed, layout="flax")
    unboxed = flat(linen.meta.unbox(variables))
    found = in_file(spec, where, layout="nnx")
    return [
        *unequal(state, found, place),
        *unequal(of_state(nnx.state(module)), found, place),
        *unequal(unboxed, in_file(spec, where, layout="flax"), place),
    ]


def of_prefixes(where: Path) -> list[str]:
    """A sharding stands for all tensors below it, and the tree is nested as the layout is."""
    spec, one, other = SPECS["mlp"], PLACES["line"]("", (8,)), REPLICATED
    shardings = {"params": {"fc1": other, "hidden": {"fc2": {"kernel": other, "bias": other}}, "out": other}}
    tree = winitgen.jax.tree(spec, shardings, layout="flax")
    flat_tree = winitgen.jax.tree(spec, {"fc1": other, "hidden.fc2": other, "out": other})
    device = jax.devices()[3]
    with jax.set_mesh(GRID):
        on_mesh = winitgen.jax.array(spec, "fc1.weight", PartitionSpec("x", "y"))
    assert one != other
    return [
        *unequal(flat(tree), in_file(spec, where, layout="flax"), PLACES["replicated"]),
        *([] if {*flat_tree["fc1"]} == {"weight", "bias"} else [f"{[*flat_tree['fc1']]}"]),
        *([] if winitgen.jax.tree(spec, device)["fc1.bias"].devices() == {device} else ["another device"]),
        *([] if on_mesh.sharding == NamedSharding(GRID, PartitionSpec("x", "y")) else ["another mesh"]),
        *([] if winitgen.jax.array(spec, "fc1.bias").devices() == {jax.devices()[0]} else ["no default"]),
    ]


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
        found["prefixes"] = of_prefixes(Path(folder))
    print(json.dumps({"cases": found, "messages": messages()}))


if __name__ == "__main__":
    main()
