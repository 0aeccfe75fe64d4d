"""GGML's number formats: how many values a block has, in how many bytes, and how its values are computed.

Formats of whole blocks are computed by the ``gguf`` package, which llama.cpp's authors keep; the others stand in the file as
NumPy has them.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from winitgen.errors import UnreadableError, install, printable
from winitgen.files.input.raw_values import Source, file_of, fill
from winitgen.files.input.stored_array import Read

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


class BlockType(NamedTuple):
    """One format: its name in GGML, the values and the bytes of a block, and NumPy's name if a block is one value.

    ``known`` tells whether the ``gguf`` package computes its values.
    """

    name: str
    values: int
    nbytes: int
    numpy: str = ""
    known: bool = True


TYPES = {
    0: BlockType("F32", 1, 4, "float32"),
    1: BlockType("F16", 1, 2, "float16"),
    2: BlockType("Q4_0", 32, 18),
    3: BlockType("Q4_1", 32, 20),
    6: BlockType("Q5_0", 32, 22),
    7: BlockType("Q5_1", 32, 24),
    8: BlockType("Q8_0", 32, 34),
    9: BlockType("Q8_1", 32, 40, known=False),
    10: BlockType("Q2_K", 256, 84),
    11: BlockType("Q3_K", 256, 110),
    12: BlockType("Q4_K", 256, 144),
    13: BlockType("Q5_K", 256, 176),
    14: BlockType("Q6_K", 256, 210),
    15: BlockType("Q8_K", 256, 292, known=False),
    16: BlockType("IQ2_XXS", 256, 66),
    17: BlockType("IQ2_XS", 256, 74),
    18: BlockType("IQ3_XXS", 256, 98),
    19: BlockType("IQ1_S", 256, 50),
    20: BlockType("IQ4_NL", 32, 18),
    21: BlockType("IQ3_S", 256, 110),
    22: BlockType("IQ2_S", 256, 82),
    23: BlockType("IQ4_XS", 256, 136),
    24: BlockType("I8", 1, 1, "int8"),
    25: BlockType("I16", 1, 2, "int16"),
    26: BlockType("I32", 1, 4, "int32"),
    27: BlockType("I64", 1, 8, "int64"),
    28: BlockType("F64", 1, 8, "float64"),
    29: BlockType("IQ1_M", 256, 56),
    30: BlockType("BF16", 1, 2, "bfloat16"),
    34: BlockType("TQ1_0", 256, 54),
    35: BlockType("TQ2_0", 256, 66),
    39: BlockType("MXFP4", 32, 17),
    40: BlockType("NVFP4", 64, 36),
    41: BlockType("Q1_0", 128, 18, known=False),
}
"""By their numbers in a file, those of ``ggml.h``."""

_AT_ONCE = 1 << 18
"""Values that are computed at once: what the package needs meanwhile is several times as large."""


def unread(kind: BlockType, *, big: bool) -> str:
    """Return why the values of blocks are not computed; empty if they are."""
    if not kind.known:
        return f"nothing computes the values of {kind.name}"
    if big:
        which = "gguf-convert-endian turns their scales and the gguf package's writer does not, and the file does not say which wrote it"
        return f"its blocks of {kind.name} are of a machine with the other byte order: {which}"
    if find_spec("gguf") is None:
        return f"the gguf package computes the values of {kind.name}: {install('gguf')}"
    return ""


def computed(source: Source, path: str, kind: BlockType, offset: int) -> Read:
    """Return a function that reads the values of blocks that begin at ``offset``, as float32."""

    def read(start: int, count: int) -> Array:
        import numpy as np

        found = np.empty(count, np.float32)
        done = 0
        while done < count:
            first, skipped = divmod(start + done, kind.values)
            blocks = min(-(-(skipped + count - done) // kind.values), _AT_ONCE // kind.values)
            content = bytearray(blocks * kind.nbytes)
            with file_of(source) as file:
                fill(file, path, memoryview(content), offset + first * kind.nbytes)
            run = _values(np.frombuffer(content, np.uint8), kind, path)[skipped:][: count - done]
            found[done : done + run.size] = run
            done += run.size
        return found

    return read


def _values(blocks: Array, kind: BlockType, path: str) -> Array:
    """Return the values of whole blocks."""
    import numpy as np

    try:
        from gguf import GGMLQuantizationType, quants
    except ImportError as error:
        raise UnreadableError(
            f"the gguf package cannot be imported, which computes the values of {kind.name} in {path}: {printable(str(error))}"
        ) from None
    try:
        with np.errstate(all="ignore"):  # a scale may be infinite, or no number
            found: Array = quants.dequantize(blocks, GGMLQuantizationType[kind.name])
    except (KeyError, NotImplementedError):
        raise UnreadableError(
            f"the gguf package that is installed does not compute {kind.name}, which {path} holds; update it"
        ) from None
    return found
