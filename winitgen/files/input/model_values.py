"""The files of a folder in which its ONNX model has values, so that none of them stands for the folder, whatever its ending."""

from __future__ import annotations

from collections.abc import Sequence

from winitgen.errors import UnreadableError
from winitgen.files.formats.onnx.recognition import is_model
from winitgen.files.input.held_folder import HeldFolder

_MODEL, _VALUES = ".onnx", ".bin"


def values_of_model(folder: HeldFolder, names: Sequence[str]) -> set[str]:
    """Return the names of files that the only ONNX model of a folder names; none if it has no such files, or cannot be read."""
    models = [name for name in names if name.lower().endswith(_MODEL)]
    if len(models) != 1 or not any(name.lower().endswith(_VALUES) for name in names):
        return set()
    from winitgen.files.formats.onnx.model_content import model_content
    from winitgen.files.formats.onnx.wire import WireFault, WireReader

    try:
        with folder.member(models[0]) as (file, _):
            if not is_model(file):
                return set()
            found = model_content(WireReader(file, models[0])).initializers.values()
    except (OSError, UnreadableError, WireFault):  # whoever opens it says why
        return set()
    pairs = (one.entry.external for one in found)
    places = {pair.places.get("location", "") for pair in pairs if pair is not None}
    return {place.removeprefix("./") for place in places} & {*names}
