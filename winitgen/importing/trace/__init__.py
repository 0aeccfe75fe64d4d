"""From code that builds a model to the layer-spec of its file: what is drawn, by which law, without drawing it.

The model is built with the library's own code, on tensors without memory, while every operation on a tensor is
recorded: a fill keeps the exact numbers that the library computed. What no known operation filled is drawn alone,
with several seeds, and measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from winitgen.importing.found import FoundTensor, Imported


def of_config(content: bytes, file: str) -> Imported:
    """Return the layer-spec of the text of a config.json, ``file`` in messages: the file that transformers would save for it, newly initialized.

    The class is the first of ``architectures``, or else the one that the model type is trained as. It runs the code
    of transformers, and never code that the config names. Raises `UsageError` if transformers is missing, and `SpecError` for a config that is not of a known model, or with
    tensors whose law cannot be said.
    """
    from winitgen.importing.layer_spec import layer_spec
    from winitgen.importing.trace.library_model import library_model

    model = library_model(content, file)
    heading = (
        f"Traced from {model.name} of transformers {model.version}: names, shapes and laws as it saves them."
    )
    text = layer_spec(model.tensors, model=model.name, dtype=model.dtype, heading=heading, file=file)
    return Imported(text, model.notes)


def of_class(target: str, kwargs: dict[str, Any]) -> Imported:
    """Return the layer-spec of what a class builds: a module of PyTorch, a model of Keras, or an ``nnx.Module``.

    ``target`` is ``package.module:Class``, a class or a function that returns a model; it is called with ``kwargs``,
    and an ``nnx.Module`` with ``rngs`` too. This runs the code that the target names, with all that it does.
    Raises `UsageError` for a target that names nothing or whose code fails, and `SpecError` for tensors whose law
    cannot be said.
    """
    from winitgen.importing.layer_spec import layer_spec
    from winitgen.importing.trace.user_model import user_model

    model = user_model(target, kwargs)
    dtype = main_dtype(model.tensors)
    heading = f"Traced from {target}: names, shapes and laws as its code initializes them."
    text = layer_spec(model.tensors, model=model.name, dtype=dtype, heading=heading, file=target)
    return Imported(text, model.notes)


def main_dtype(tensors: Sequence[FoundTensor]) -> str:
    """Return the floating-point format of most tensors, float32 if there is none."""
    counts = Counter(tensor.dtype for tensor in tensors if "float" in tensor.dtype)
    return counts.most_common(1)[0][0] if counts else "float32"
