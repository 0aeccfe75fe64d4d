"""Which documents Orbax writes beside its arrays: the tree, where arrays were divided among devices, and what they are besides numbers.

From the sources of Orbax 0.3.5, 0.6.4 and 0.12.8. All of them are read by ``restore``, the last two for arrays of JAX.
"""

from __future__ import annotations

from typing import Any

from winitgen.files.formats.zarr.documents import (
    Form,
    are_sizes,
    document,
    either,
    is_anything,
    is_mapping,
    is_nothing,
    is_text,
    is_truth,
    is_whole,
    just,
    list_of,
    oddity_of,
    of_form,
)

OF_JAX = "jax.Array"
ARRAYS = frozenset({OF_JAX, "np.ndarray", "scalar"})
"""What Orbax calls values that are stored as arrays."""

EMPTY = frozenset({"None", "Dict", "List", "Tuple", "NamedTuple"})
"""What it calls values of which nothing is stored."""

SEQUENCE, MAPPING = 1, 2
"""The kinds of keys: the number of an entry of a list, and the name of one of anything else."""

RANDOM_KEY = "random_key_impl"
"""In the further metadata of an array, the name of the generator that it is a key of."""

SECOND_TREE = "value_metadata_tree"
"""The tree with the classes of its containers, which Orbax reads in place of the other if it is told to."""

KEY = Form({"key": is_text, "key_type": just(SEQUENCE, MAPPING)})
VALUE = Form({"value_type": is_text, "skip_deserialize": is_truth}, {"write_shape": are_sizes})
ENTRY = Form({"key_metadata": list_of(of_form(KEY)), "value_metadata": of_form(VALUE)})
TREE_FORM = Form(
    {"tree_metadata": is_mapping},
    {
        "use_ocdbt": either(is_truth, is_nothing),
        "use_zarr3": is_truth,
        "store_array_data_equal_to_fill_value": is_truth,
        "custom_metadata": is_anything,
        SECOND_TREE: is_text,
    },
)
"""A ``_METADATA``; of the entries in ``tree_metadata`` each is an `ENTRY`."""

_ARRAY = Form(
    {"param_name": is_text, "write_shape": are_sizes, "chunk_shape": are_sizes},
    {"ext_metadata": either(is_nothing, of_form(Form({}, {RANDOM_KEY: is_text})))},
)
PROCESS_FORM = Form({"array_metadatas": list_of(of_form(Form({"array_metadata": of_form(_ARRAY)})))})
"""What a process says of the arrays that it wrote, in a file of ``array_metadatas``."""

_SINGLE = Form({"sharding_type": just("SingleDeviceSharding"), "device_str": is_text})
_POSITIONAL = Form(
    {"sharding_type": just("PositionalSharding"), "shape": are_sizes}, {"memory_kind": is_anything}
)
_AXIS_TYPES = frozenset({"Auto", "Explicit", "Manual"})
_DEVICE = Form({"id": is_whole})


def _is_mesh(value: Any) -> bool:
    """Tell whether a value is a list of devices, or of such lists; an array has no more than 32 axes."""
    level = [value]
    for _ in range(32):
        if all(isinstance(one, list) for one in level):
            level = [inner for one in level for inner in one]
    return all(map(of_form(_DEVICE), level))


def _is_axis_type(value: Any) -> bool:
    """Tell whether a value is the name of a type of axis, as JAX has them."""
    return isinstance(value, str) and value.rpartition(".")[2] in _AXIS_TYPES


_NAMED = Form(
    {
        "sharding_type": just("NamedSharding"),
        "shape": are_sizes,
        "axis_names": list_of(is_text),
        "partition_spec": list_of(either(is_nothing, is_text, list_of(is_text))),
    },
    {"axis_types": list_of(_is_axis_type), "device_mesh": of_form(Form({"mesh": _is_mesh}))},
)


def _is_sharding(value: Any) -> bool:
    """Tell whether a value is the text of a sharding."""
    read = document(value.encode(errors="replace")) if isinstance(value, str) else None
    if not oddity_of(read, _NAMED):
        assert read is not None  # it is a document
        return _has_axes(read.found)
    return any(not oddity_of(read, form) for form in (_SINGLE, _POSITIONAL))


def _has_axes(found: dict[str, Any]) -> bool:
    """Tell whether a sharding divides along axes that its mesh has, along none twice."""
    names = found["axis_names"]
    used = [one if isinstance(one, list) else [one] for one in found["partition_spec"] if one is not None]
    axes = [axis for one in used for axis in one]
    sizes = (len(found["shape"]), len({*names}), len(found.get("axis_types", names)))
    return {*sizes} == {len(names)} and {*axes} <= {*names} and len({*axes}) == len(axes)


SHARDING_FORM = Form({}, further=_is_sharding)
"""A ``_sharding``: for the name of an array, in base64, the text of how it was divided."""
