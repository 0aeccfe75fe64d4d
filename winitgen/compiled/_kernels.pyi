"""What `module.c` has; each buffer is contiguous, and its size is checked."""

from typing import Any, Protocol

class _NormalKernel(Protocol):
    def __call__(
        self,
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

class _UniformKernel(Protocol):
    def __call__(
        self, words: Any, out: Any, low: float, high: float, width: float, centre: float, /
    ) -> None: ...

class _SumsKernel(Protocol):
    def __call__(
        self, values: Any, shift: float, counts: Any = ..., low: float = ..., per_unit: float = ..., /
    ) -> tuple[float, float, float, float]: ...

VERSION: int

normal32: _NormalKernel
scaled_normal32: _NormalKernel
scaled_normal64: _NormalKernel
uniform32: _UniformKernel
uniform64: _UniformKernel
sums_float32: _SumsKernel
sums_float64: _SumsKernel
sums_float16: _SumsKernel
sums_bfloat16: _SumsKernel

def to_float16(values: Any, out: Any, /) -> None: ...
def to_bfloat16(values: Any, out: Any, /) -> None: ...
def to_float8(
    values: Any, out: Any, mantissa: int, bias: int, largest: int, overflow: int, one_zero: bool, /
) -> None: ...
def tally(codes: Any, counts: Any, /) -> None: ...
def reflect8(panel: Any, reflectors: Any, scratch: Any, first: int, last: int, /) -> None: ...
def reflect32(panel: Any, reflectors: Any, scratch: Any, first: int, last: int, /) -> None: ...
def batch_norm32(
    x: Any,
    out: Any,
    mean: Any,
    scale: Any,
    gamma: Any,
    beta: Any,
    epsilon: float,
    positions: int,
    first: int,
    last: int,
    /,
) -> None: ...
def batch_norm_back32(
    g: Any,
    x: Any,
    out: Any,
    mean: Any,
    scale: Any,
    gamma: Any,
    positions: int,
    first: int,
    last: int,
    /,
) -> None: ...
def columns32(images: Any, out: Any, windows: Any, /) -> None: ...
def relu32(
    values: Any, slopes: Any, before: float, after: float, /
) -> tuple[tuple[float, float], tuple[float, float], int]: ...
def masked32(gradient: Any, slopes: Any, out: Any, shift: float, /) -> tuple[float, float]: ...
def fuses(a: float, b: float, c: float, /) -> bool: ...
