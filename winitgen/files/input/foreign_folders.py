"""Folders of other frameworks that hold weights and are not read: what each one is by the names in it, and what to do instead."""

from __future__ import annotations

import re
from collections.abc import Collection

_SAVED = "save its arrays with numpy.savez or safetensors"
_VALUES = re.compile(r".+\.data-\d{5}-of-\d{5}")

_ORBAX = "is a checkpoint of Orbax, which is not read; restore it with orbax.checkpoint, and save its arrays with safetensors.flax.save_file"
_ZARR = f"is a folder of zarr, which is not read; open it with zarr.open, and {_SAVED}"

_KINDS = (
    ({"_CHECKPOINT_METADATA"}, _ORBAX),
    ({"_METADATA", "manifest.ocdbt"}, _ORBAX),
    (
        {"manifest.ocdbt"},
        f"is a database of TensorStore, which is not read; open its arrays with tensorstore, and {_SAVED}",
    ),
    ({"zarr.json"}, _ZARR),
    ({".zarray"}, _ZARR),
    ({".zgroup"}, _ZARR),
    (
        {"saved_model.pb"},
        f"is a SavedModel of TensorFlow, which is not read; load it with TensorFlow, and {_SAVED}",
    ),
    (
        {"Manifest.json", "Data"},
        f"is a package of Core ML, which is not read; get its weights with coremltools, and {_SAVED}",
    ),
    (
        {"model_index.json"},
        "is a pipeline of diffusers, whose models are in folders of their own; name one of these",
    ),
)
"""The names that a folder of each kind has, and what it is; the first kind counts that fits."""

_CHECKPOINT = f"is a folder with a TensorFlow checkpoint, which is not read; load it with tf.train.load_checkpoint, and {_SAVED}"


def foreign_folder(names: Collection[str]) -> str:
    """Return what a folder with these names is, as the end of a sentence; empty if it is none of these.

    >>> foreign_folder(["a.txt"]), foreign_folder([".zgroup", "a"])[:33]
    ('', 'is a folder of zarr, which is not')
    """
    known = next((what for wanted, what in _KINDS if wanted <= {*names}), "")
    is_checkpoint = any(map(_VALUES.fullmatch, names)) and any(name.endswith(".index") for name in names)
    return known or (_CHECKPOINT if is_checkpoint else "")
