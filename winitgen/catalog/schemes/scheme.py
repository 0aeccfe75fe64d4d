"""What a scheme is, and how a spec asks for one."""

from __future__ import annotations

from typing import Any, NamedTuple

MODES = ("fan_in", "fan_out", "fan_avg")
DISTRIBUTIONS = ("normal", "uniform", "truncated_normal")
FAN_WORDS = ("gain", "gain_rule", "mode", "distribution", "bounds", "correct")


class Scheme(NamedTuple):
    """One row: what a spec can call it, what it may be told, and where it comes from.

    ``scale``, ``mode`` and ``distribution`` are the row's part of the one formula: a ``mode`` means
    that the scheme follows the fans, an empty ``distribution`` that the spec's default holds.
    ``words`` are the keys that a mapping with this scheme may have, ``needs`` those it must have, and
    ``defaults`` the values of others that are left out. ``builder`` is the function that turns the
    scheme into a distribution, by its module among the builders of ``planning`` and its name.
    """

    name: str
    formula: str
    source: str
    scale: float = 0.0
    mode: str = ""
    distribution: str = ""
    words: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    defaults: dict[str, Any] = {}  # noqa: RUF012 - rows are constants
    builder: str = "fans.by_fans"


class Init(NamedTuple):
    """A scheme as a spec asks for it: its name, and the words it was given (None where not)."""

    scheme: str
    mean: float | None = None
    std: float | None = None
    low: float | None = None
    high: float | None = None
    bounds: float | tuple[float, float] | None = None
    correct: bool | None = None
    value: float | None = None
    scale: float | None = None
    mode: str | None = None
    distribution: str | None = None
    gain: float | str | None = None
    gain_rule: str | None = None
    nonzeros: int | None = None
    direction: str | None = None
    upscale: int | None = None
    base: str | None = None
    p: float | None = None
    t_max: float | None = None
    w0: float | None = None
    first: bool | None = None
    layers: int | None = None
    encoder_layers: int | None = None
    decoder_layers: int | None = None
    stack: str | None = None
    blocks: int | None = None
    depth: int | None = None
    width: int | None = None
    base_width: int | None = None
    part: str | None = None


AUTO = Init("auto")
ZEROS = Init("zeros")
ONES = Init("ones")
