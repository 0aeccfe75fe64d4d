"""Folders of other frameworks that hold weights and are not read: what each one is by the names in it, and what to do instead."""

from __future__ import annotations

import re
from collections.abc import Collection

_SAVED = "save its arrays with numpy.savez or safetensors"
_VALUES = re.compile(r".+\.data-\d{5}-of-\d{5}")

_KINDS = (
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

    >>> foreign_folder(["a.txt"]), foreign_folder(["saved_model.pb", "a"])[:29]
    ('', 'is a SavedModel of TensorFlow')
    """
    known = next((what for wanted, what in _KINDS if wanted <= {*names}), "")
    is_checkpoint = any(map(_VALUES.fullmatch, names)) and any(name.endswith(".index") for name in names)
    return known or (_CHECKPOINT if is_checkpoint else "")
