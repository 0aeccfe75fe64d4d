"""What is compared first: what costs little, as a small file can hold a matrix that takes hours to draw."""

from __future__ import annotations

from collections.abc import Iterable

from winitgen.audit.blocks import runs
from winitgen.audit.matching import PlannedArray
from winitgen.audit.true_arrays import true_array
from winitgen.audit.verify.headers import shown
from winitgen.drawing.whole.whole_array import WholeArray
from winitgen.files.input.stored_array import StoredArray
from winitgen.numeric.dtypes import DTYPES


def is_whole(pair: PlannedArray) -> bool:
    """Tell whether no value of a tensor can be drawn before all of a parameter are computed."""
    return any(isinstance(parameter.distribution, WholeArray) for parameter in pair.tensor.parameters)


def one_value(pairs: Iterable[PlannedArray], container: str) -> list[str]:
    """Return a line for each array of one value where several are drawn; nothing is drawn to find them."""
    lines = []
    for pair in pairs:
        if _varies(pair) and _is_one_value(pair.stored):
            value = true_array(pair, container).read(0, 1)[0]
            lines.append(
                f"{shown(pair.tensor.name)} is {value} at all of its {pair.tensor.size:,} elements, "
                "and the drawn values are not all equal"
            )
    return lines


def _is_one_value(array: StoredArray) -> bool:
    """Tell whether all elements have the same bits; of most arrays the first run tells that they do not."""
    if array.constant is not None or not array.readable or array.size < 2:
        return array.constant is not None
    first = array.read(0, 1).tobytes()
    return all(values.tobytes() == first * values.size for _, values in runs(array))


def _varies(pair: PlannedArray) -> bool:
    """Tell whether the drawn values of a tensor certainly differ from each other."""
    return not pair.tensor.added and any(
        isinstance(parameter.distribution, WholeArray)
        and parameter.zeroed is None
        and parameter.distribution.varies(DTYPES[parameter.dtype].smallest)
        for parameter in pair.tensor.parameters
    )
