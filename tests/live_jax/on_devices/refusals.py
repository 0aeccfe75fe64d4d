"""Calls that are refused, on eight devices: by a name, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
from jax.sharding import AbstractMesh, AxisType, NamedSharding, PartitionSpec

import winitgen
import winitgen.jax
from tests.live_jax.on_devices.expected import Drawn

SPEC: dict[str, Any] = {
    "input": 8,
    "layers": [
        {"name": "fc1", "type": "dense", "units": 12},
        {"name": "fc2", "type": "dense", "units": 8},
    ],
}
COUNTED = {"input": 8, "layers": [{"name": "bn", "type": "batch_norm"}]}
MESH = jax.make_mesh((4, 2), ("x", "y"), axis_types=(AxisType.Auto, AxisType.Auto))
EVERYWHERE = NamedSharding(MESH, PartitionSpec())
BOTH = NamedSharding(MESH, PartitionSpec("x", "y"))
ABSTRACT = NamedSharding(AbstractMesh((4,), ("x",)), PartitionSpec("x"))


def like(**changed: Any) -> dict[str, Any]:
    """Return the abstract tree of the spec in the layout of PyTorch, with other leaves; None leaves one out."""
    found: dict[str, Any] = {
        name: jax.ShapeDtypeStruct(array.shape, array.dtype)
        for name, array in winitgen.generate(SPEC).items()
    }
    found.update({name.replace("_", "."): leaf for name, leaf in changed.items()})
    return {name: leaf for name, leaf in found.items() if leaf is not None}


def struct(shape: tuple[int, ...], dtype: str = "float32") -> Any:
    """Return the abstract array of a shape."""
    return jax.ShapeDtypeStruct(shape, dtype)


CALLS: list[tuple[Callable[[], object], str]] = [
    (
        lambda: winitgen.jax.array(SPEC, "fc3.bias"),
        "the model has no tensor 'fc3.bias'; did you mean 'fc2.bias'?",
    ),
    (
        lambda: winitgen.jax.array(SPEC, "fc1.bias", 5),
        "sharding is a jax.sharding.Sharding, a device or a PartitionSpec, not 5",
    ),
    (
        lambda: winitgen.jax.array(SPEC, "fc1.bias", PartitionSpec("x")),
        "sharding is a PartitionSpec, which has no devices; call jax.set_mesh first, or give NamedSharding(mesh, spec)",
    ),
    (
        lambda: winitgen.jax.array(SPEC, "fc1.bias", ABSTRACT),
        "sharding is a sharding on an abstract mesh, which has no devices; call jax.set_mesh first, or give NamedSharding(mesh, spec)",
    ),
    (
        lambda: winitgen.jax.array({**SPEC, "input": 7}, "fc1.weight", BOTH),
        "fc1.weight has the shape [12, 7], which PartitionSpec('x', 'y') on a mesh {'x': 4, 'y': 2} does not divide evenly",
    ),
    (
        lambda: winitgen.jax.tree(SPEC, BOTH),
        "fc1.bias has the shape [12], which PartitionSpec('x', 'y') on a mesh {'x': 4, 'y': 2} does not divide evenly, and 1 more do not fit",
    ),
    (
        lambda: winitgen.jax.tree(SPEC, EVERYWHERE, dtype="float64"),
        "fc1.weight is float64, which JAX would cut to 32 bits; call jax.config.update('jax_enable_x64', True) first, or give another dtype, and 3 more do not fit",
    ),
    (
        lambda: winitgen.jax.tree(COUNTED),
        "bn.num_batches_tracked is int64, which JAX would cut to 32 bits; call jax.config.update('jax_enable_x64', True) first",
    ),
    (
        lambda: winitgen.jax.tree(SPEC, {"fc1": EVERYWHERE, "fc3": EVERYWHERE}),
        "shardings: fc2.weight is missing\nshardings: fc2.bias is missing\nshardings: fc3 is not among the tensors of the spec",
    ),
    (
        lambda: winitgen.jax.tree(SPEC, {"fc1": EVERYWHERE, "fc2": "x"}),
        "shardings['fc2'] is a jax.sharding.Sharding, a device or a PartitionSpec, not an object of type 'str'",
    ),
    (
        lambda: winitgen.jax.tree(SPEC, lambda name, shape: "x"),
        "the sharding of fc1.weight is a jax.sharding.Sharding, a device or a PartitionSpec, not 'x'",
    ),
    (
        lambda: winitgen.jax.tree(SPEC, EVERYWHERE, like={**like(), "fc1.bias": EVERYWHERE}),
        "like['fc1.bias'] is an array or a jax.ShapeDtypeStruct, not an object of type 'NamedSharding'",
    ),
    (
        lambda: winitgen.jax.tree(
            SPEC,
            like=like(
                fc1_weight=struct((8, 12)),
                fc1_bias=struct((12,), "bfloat16"),
                fc2_bias=None,
                fc3_bias=struct((2,)),
            ),
        ),
        (
            "like: fc2.bias is missing\nlike: fc3.bias is not among the tensors of the spec\n"
            "like: fc1.weight has the shape [8, 12], not [12, 8]\nlike: fc1.bias is bfloat16, not float32"
        ),
    ),
    (
        lambda: winitgen.jax.tree(
            SPEC,
            like={**like(fc1_bias=None), "fc1": {"bias": struct((12,)), "weight": struct((3,), "int32")}},
        ),
        "like has 2 leaves with the name 'fc1.weight', of which one could be the tensor; rename the others",
    ),
    (
        lambda: winitgen.jax.tree(
            SPEC, {"": EVERYWHERE, "fc1": {"bias": EVERYWHERE}, "fc1.bias": EVERYWHERE, "fc2": BOTH}
        ),
        "shardings has 2 leaves with the name 'fc1.bias', of which one could be the tensor; rename the others",
    ),
    (
        lambda: winitgen.jax.tree(
            SPEC,
            like={
                "params": {
                    "fc1": {"kernel": struct((8, 12)), "bias": struct((12,))},
                    "fc2": {"kernel": struct((12, 8)), "bias": struct((8,))},
                }
            },
        ),
        (
            "like: fc1.weight is missing\nlike: fc1.bias is missing\nlike: fc2.weight is missing\nlike: fc2.bias is missing\n"
            "like: params.fc1.bias is not among the tensors of the spec\nlike: params.fc1.kernel is not among the tensors of the spec\n"
            "like: params.fc2.bias is not among the tensors of the spec\nlike: params.fc2.kernel is not among the tensors of the spec\n"
            "like: the names are those of the layout flax: give layout='flax'"
        ),
    ),
]
"""What is wrong, and the whole text of the error."""


def messages() -> dict[str, str]:
    """Return for each message what is said instead; empty if it is that, and nothing was drawn."""
    found = {}
    for call, message in CALLS:
        with Drawn() as drawn:
            try:
                said = f"no error, but {call()}"
            except winitgen.WinitgenError as error:
                said = str(error)
        found[message] = (
            f"{drawn.count} elements were drawn" if drawn.count else "" if said == message else said
        )
    return found
