"""Complex numbers of two float16, PyTorch's complex32, for which NumPy has no name: they are read as complex64."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.files.input.numpy_formats import native

if TYPE_CHECKING:
    import numpy as np

    from winitgen.numeric.arrays import Array

HALF_COMPLEX = "complex32"


class HalfComplexForm(NamedTuple):
    """How they are read: as pairs ``stored``, little-endian as in all files of PyTorch that it reads, and then seen as one number."""

    stored: np.dtype[Any]

    def seen(self, values: Array) -> Array:
        """Return pairs as complex numbers, each exactly."""
        import numpy as np

        found: Array = native(values).view(np.float16).astype(np.float32).view(np.complex64)
        return found


def half_complex_form() -> HalfComplexForm:
    """Return how they are read."""
    import numpy as np

    return HalfComplexForm(np.dtype([("real", "<f2"), ("imag", "<f2")]))
