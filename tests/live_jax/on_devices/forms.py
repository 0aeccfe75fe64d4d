"""What Flax, Keras and JAX have besides arrays in mappings: boxes, annotations, prefixes, a distributed model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import numpy as np
from flax import linen, nnx
from jax.sharding import NamedSharding, PartitionSpec

import winitgen.jax
import winitgen.keras
from tests.frameworks import parity
from tests.live_jax.on_devices.expected import Drawn, in_file, unequal
from tests.live_jax.on_devices.places import GRID, PLACES, REPLICATED, flat, of_state


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


def of_keras(where: Path) -> list[str]:
    """The variables of a distributed model of Keras stay where they are, and each shard is drawn once."""
    import keras
    from keras import distribution

    mesh = distribution.DeviceMesh((2, 4), ("batch", "model"), distribution.list_devices("cpu"))
    layouts = distribution.LayoutMap(mesh)
    layouts[".*first/kernel"] = (None, "model")
    distribution.set_distribution(distribution.ModelParallel(layout_map=layouts, batch_dim_name="batch"))
    layers = [keras.layers.Dense(16, name="first"), keras.layers.Dense(8, name="second")]
    model = keras.Sequential([keras.Input((8,)), *layers])
    places = {variable.path.partition("/")[2]: variable.value.sharding for variable in model.weights}
    named = [{"name": layer.name, "type": "dense", "units": layer.units} for layer in layers]
    spec = {"input": 8, "layers": named}
    with Drawn() as drawn:
        winitgen.keras.assign(model, spec)
    found = {variable.path.partition("/")[2]: variable.value for variable in model.weights}
    divided = [] if "model" in places["first/kernel"].spec else ["the kernel is not divided"]
    return [
        *divided,
        *unequal(found, in_file(spec, where, layout="keras"), lambda name, shape: places[name]),
        *drawn.wrong(found),
    ]


def of_prefixes(where: Path) -> list[str]:
    """A sharding stands for all tensors below it, and the tree is nested as the layout is."""
    spec, one, other = parity.SPECS["mlp"], PLACES["line"]("", (8,)), REPLICATED
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
