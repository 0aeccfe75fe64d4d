"""Keras 3's own ``.weights.h5``: each variable at the path where ``load_weights`` looks for it.

Paths, such as ``layers/dense_1/vars/0``, come with the tensors; this module knows no framework's
layers. Each dataset's attribute ``name`` says whose variable it is, which Keras does not look at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from winitgen.errors import UsageError
from winitgen.files.formats.format import Drawable, FilePlan, Format
from winitgen.files.formats.hdf5 import writer as hdf5
from winitgen.files.formats.keras_h5.left_out import is_unknown, left_out, note
from winitgen.files.recipe import KEY, Recipe, parse


def lay_out(tensors: Sequence[Drawable], metadata: Mapping[str, str]) -> FilePlan:
    """Return an HDF5 file of the tensors that have a path; raise `UsageError` if none has one."""
    for tensor in [tensor for tensor in tensors if not tensor.keras_path]:
        if is_unknown(tensor.dtype):
            why = f"{tensor.dtype} is not known to Keras's files"
            raise UsageError(f"keras-h5 cannot hold {tensor.name!r}: {why}; .h5 can")
    held = [tensor for tensor in tensors if tensor.keras_path]
    if not held and not _is_keras(metadata):
        raise UsageError("keras-h5 is Keras's own file and needs '--layout keras'; '.h5' is plain HDF5")
    for tensor in tensors if not held else ():
        raise UsageError(f"keras-h5 cannot hold {tensor.name!r}: no layer of Keras has it; .h5 can")
    return hdf5.file_plan([tensor.keras_path for tensor in held], held, metadata, named=True)


def _is_keras(metadata: Mapping[str, str]) -> bool:
    """Return whether the tensors are those of the keras layout, as the recipe says."""
    recipe = parse(metadata.get(KEY))
    return isinstance(recipe, Recipe) and recipe.layout == "keras"


FORMAT = Format(
    name="keras-h5",
    endings=(".weights.h5",),
    summary="Keras 3's own file, for the keras layout",
    lay_out=lay_out,
    container="hdf5",
    left_out=left_out,
    left_out_note=note,
)
