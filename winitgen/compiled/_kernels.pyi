"""What `module.c` has; each buffer is contiguous, and its size is checked."""

from typing import Any

VERSION: int

def normal32(
    words: Any,
    out: Any,
    lines: Any,
    std: float,
    mean: float,
    cut: bool,
    inside: float,
    tail: float,
    limit: float,
    /,
) -> None: ...
def scaled_normal32(
    words: Any,
    out: Any,
    lines: Any,
    std: float,
    mean: float,
    cut: bool,
    inside: float,
    tail: float,
    limit: float,
    /,
) -> None: ...
def scaled_normal64(
    words: Any,
    out: Any,
    lines: Any,
    std: float,
    mean: float,
    cut: bool,
    inside: float,
    tail: float,
    limit: float,
    /,
) -> None: ...
def uniform32(words: Any, out: Any, low: float, high: float, width: float, centre: float, /) -> None: ...
def uniform64(words: Any, out: Any, low: float, high: float, width: float, centre: float, /) -> None: ...
def to_float16(values: Any, out: Any, /) -> None: ...
def to_bfloat16(values: Any, out: Any, /) -> None: ...
def to_float8(
    values: Any, out: Any, mantissa: int, bias: int, largest: int, overflow: int, one_zero: bool, /
) -> None: ...
def sums_float32(
    values: Any, shift: float, counts: Any = ..., low: float = ..., per_unit: float = ..., /
) -> tuple[float, float, float, float]: ...
def sums_float64(
    values: Any, shift: float, counts: Any = ..., low: float = ..., per_unit: float = ..., /
) -> tuple[float, float, float, float]: ...
def sums_float16(
    values: Any, shift: float, counts: Any = ..., low: float = ..., per_unit: float = ..., /
) -> tuple[float, float, float, float]: ...
def sums_bfloat16(
    values: Any, shift: float, counts: Any = ..., low: float = ..., per_unit: float = ..., /
) -> tuple[float, float, float, float]: ...
def tally(codes: Any, counts: Any, /) -> None: ...
def reflect(panel: Any, reflectors: Any, scratch: Any, first: int, last: int, /) -> None: ...
def fuses(a: float, b: float, c: float, /) -> bool: ...
