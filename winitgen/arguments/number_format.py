"""Arguments that name a number format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from winitgen.arguments.kinds import some_text
from winitgen.arguments.shown import shown
from winitgen.errors import UsageError

if TYPE_CHECKING:
    import numpy as np


class DtypeObject(Protocol):
    """A number format as NumPy and PyTorch have it: ``numpy.dtype("float32")``, ``torch.float32``."""

    @property
    def itemsize(self) -> int:
        """The bytes of a value."""


Dtype = str | type[Any] | DtypeObject
"""A number format: its name, a dtype of NumPy or PyTorch, or a class of scalars, such as ``numpy.float32``."""


def dtype_name(name: str, value: object) -> str | None:
    """Return the name of a number format, or None; whether it is one of a spec's is for the caller to check.

    Python's own classes, such as ``float``, are refused, because libraries differ in what they mean by them. So is a
    dtype in the other byte order, because no file is written in it.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return some_text(name, value)
    if type(value).__module__ == "torch" and type(value).__name__ == "dtype":
        return str(value).removeprefix("torch.")
    found = _of_numpy(value)
    if found is None:
        if (order := _other_order(value)) is not None:
            raise UsageError(
                f"{name} has no byte order, which the file format decides: write {shown(order.name)}, not {shown(order.str)}"
            )
        raise UsageError(
            f"{name} is the name of a number format, such as 'float32', or a dtype of NumPy or PyTorch, not {shown(value)}"
        )
    return found


def _of_numpy(value: object) -> str | None:
    """Return the name of a dtype of NumPy, of its class of scalars, or of JAX's, which has the dtype; else None."""
    if isinstance(value, type) and value.__module__ == "builtins":
        return None
    import numpy as np

    if isinstance(value, type):
        try:
            value = np.dtype(value) if issubclass(value, np.generic) else getattr(value, "dtype", None)
        except TypeError:  # a class of several dtypes, such as numpy.floating
            return None
    return value.name if isinstance(value, np.dtype) and value.isnative else None


def _other_order(value: object) -> np.dtype[Any] | None:
    """Return a dtype of NumPy that is in the other byte order, None for anything else."""
    import numpy as np

    return value if isinstance(value, np.dtype) and not value.isnative and not value.hasobject else None
