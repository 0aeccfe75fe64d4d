"""Draws the variables of a model of Keras in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsIndex

from winitgen.arguments import Dtype
from winitgen.audit.verify.live_arrays import LiveArray, check_arrays
from winitgen.checkpoint import opened
from winitgen.errors import UsageError
from winitgen.files.formats.keras_h5.left_out import left_out
from winitgen.keras.needed import checked_model
from winitgen.keras.variables import match_variables
from winitgen.load import Source
from winitgen.planning.plan import Plan
from winitgen.spec.model import ModelSpec

if TYPE_CHECKING:
    from winitgen.checkpoint.opened import Checkpoint

LAYOUT = "keras"


def assign(
    model: Any,
    spec: ModelSpec | Source | Plan,
    *,
    seed: SupportsIndex | None = None,
    dtype: Dtype | None = None,
) -> None:
    """Assign the values of a spec to all weights of a built model of Keras 3, on any backend.

    The model has afterwards what ``model.load_weights`` gives it from the ``.weights.h5`` of `winitgen.write`, with the
    same rules of `layouts`: its layers are those of the spec, and what they are called does not matter. One variable
    at a time is in memory besides the model; with JAX as backend, each device's shard of a distributed variable is drawn
    by itself. Optimizers, metrics and the states of random numbers keep their values. What no layer of Keras has, and its
    file leaves out, goes into the variable of its name, if there is one. The layout is ``keras``; ``seed``
    and ``dtype`` are those of `winitgen.plan`.

    Raises, before anything is assigned, `DiffersError` with a line for each missing or surplus weight, and each other
    shape or number format; `UsageError` for what is no model of Keras, is not built, or has LoRA enabled.
    """
    model = checked_model(model)
    if isinstance(spec, Plan) and spec.layout != LAYOUT:
        raise UsageError(
            f"the plan has the layout {spec.layout}, not keras; plan its spec with layout='keras'"
        )
    layout = None if isinstance(spec, Plan) else LAYOUT
    with opened.open(spec, seed=seed, dtype=dtype, layout=layout) as checkpoint:
        tensors = list(checkpoint.tensors.values())
        matched = match_variables(model, tensors)
        spare = {tensor.name for tensor in left_out(tensors)} - {*matched.variables}
        found = [
            *(_live(variable, name) for name, variable in matched.variables.items()),
            *(_live(variable, None) for variable in matched.extra),
        ]
        check_arrays("model", [tensor for tensor in tensors if tensor.name not in spare], found)
        values = _sharded if _is_on_jax() else _whole
        for name, variable in matched.variables.items():
            variable.assign(values(checkpoint, name, variable))


def _live(variable: Any, tensor: str | None) -> LiveArray:
    """Return what is known of a variable, which is a tensor or none; JAX may have given it another number format than Keras asked for."""
    dtype = variable.value.dtype if _is_on_jax() else variable.dtype
    return LiveArray(variable.path, tuple(variable.shape), str(dtype), tensor)


def _is_on_jax() -> bool:
    """Tell whether Keras computes with JAX."""
    from keras import backend

    return bool(backend.backend() == "jax")


def _whole(checkpoint: Checkpoint, name: str, variable: Any) -> Any:
    """Return all values for a variable as one array of NumPy."""
    return checkpoint.read(name, tuple(map(range, variable.shape)))


def _sharded(checkpoint: Checkpoint, name: str, variable: Any) -> Any:
    """Return all values for a variable as an array of JAX on the devices that it is on."""
    import jax

    from winitgen.jax.arrays import placed

    return placed(jax, checkpoint, name, variable.value.sharding)
