"""The bits of PyTorch's lazy views, with which a tensor's values are the conjugates or the negatives of what is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from winitgen.files.formats.pytorch.pickled import Entries
from winitgen.files.formats.pytorch.rebuilt import Rebuilt

Tell = Callable[[str], None]
"""Takes a clause about what is unusual."""

_BITS = {"conj": ("complex",), "neg": ("complex", "float16", "float32", "float64")}
"""The bits of PyTorch's lazy views, and how the names of the number formats begin that can have them."""

_OTHER_BITS = "has bits of a tensor otherwise than torch.save writes them"


def with_bits(tensor: Rebuilt, metadata: Any, tell: Tell) -> Rebuilt:
    """Return a tensor whose values are those that are stored but for bits; not read if one of them is not known.

    PyTorch sets a bit whatever its value is, and writes none that is not set.
    """
    if metadata is None:
        return tensor
    if not isinstance(metadata, Entries) or metadata.name != "dict" or len(metadata.pairs) > len(_BITS):
        tell(_OTHER_BITS)
        return tensor
    bits = tuple(key for key, on in metadata.pairs if on is True and isinstance(key, str))
    if len({*bits}) < len(metadata.pairs):
        tell(_OTHER_BITS)
    for bit in bits:
        if not tensor.format.name.startswith(_BITS.get(bit, ())):
            tell(_OTHER_BITS)
            reason = f"it has the {bit} bit set, so that its values are not those that are stored"
            return tensor._replace(reason=reason)
    return tensor._replace(bits=bits)
