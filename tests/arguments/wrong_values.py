"""Values that no argument of a kind may have, and which kind each argument of the public functions is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

NAN, INF, HUGE = float("nan"), float("inf"), 10**5000


class OddPath:
    """A path whose own code fails, or gives what is none."""

    def __init__(self, given: Any) -> None:
        self.given = given

    def __fspath__(self) -> Any:
        if isinstance(self.given, Exception):
            raise self.given
        return self.given


class OddNumber:
    """A number whose own code fails."""

    def __index__(self) -> int:
        raise ValueError("no")

    def __repr__(self) -> str:
        raise ValueError("no words either")


class OddArray:
    """Something with axes, whose every attribute fails."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)


def _some() -> Iterator[int]:
    yield 1


def itself() -> dict[str, Any]:
    """Return a mapping that holds itself."""
    held: dict[str, Any] = {}
    held["layers"] = [held]
    return held


ANYTHING = (5, 1.5, True, b"x", bytearray(b"x"), ["x"], ("x",), {"x"}, {"x": 1}, int, np.array(["x", "y"]))
OBJECTS = (object(), OddNumber(), OddArray(), print, _some(), np.datetime64(1, "s"), np.int64(3), 1j)
LAYER = {"name": "fc", "type": "dense", "units": 2}

PATHS = (
    *ANYTHING,
    *OBJECTS,
    "",
    "a\0b",
    "a\ud800",
    OddPath("\udfffb"),
    OddPath(5),
    OddPath(b"x"),
    OddPath(None),
    OddPath(ValueError("no")),
)
SPECS = (
    *(value for value in (*ANYTHING, *OBJECTS) if not isinstance(value, dict)),
    *PATHS[-8:],
    {1: 2, "layers": [LAYER]},
    {None: 2, "layers": [LAYER]},
    {"layers": object()},
    {"input": 3, "model": NAN, "layers": [LAYER]},
    {"input": INF, "layers": [LAYER]},
    {"input": HUGE, "layers": [LAYER]},
    {"input": np.array([3, 4]), "layers": [LAYER]},
    {"input": 3, "layers": [{**LAYER, "units": b"2"}]},
    {"input": 3, "layers": [{**LAYER, 5: 2}]},
    {"input": 3, "layers": {"fc"}},
    {"input": 3, "layers": [LAYER], "seed": np.timedelta64(1, "ns")},
    {"input": 3, "layers": [LAYER], "seed": 1j},
    itself(),
)
TEXTS = (*ANYTHING, *OBJECTS)
FLAGS = (0, 1, None, "yes", 1.0, b"", [], {}, *OBJECTS, np.array([True]), np.float64(1), NAN)
COUNTS = (0, -1, -HUGE, 1.0, 1.5, NAN, INF, True, np.bool_(True), "2", b"2", [1], (1,), {1}, {1: 1}, int)
COUNTS += (np.array([1, 2]), np.float64(2), np.int64(0), np.int8(-1), object(), OddNumber(), OddArray(), 1j)
COUNTS += (np.timedelta64(1, "ns"), np.datetime64(1, "ns"), np.array([2]), print, _some())
SEEDS = (
    *(value for value in COUNTS if not isinstance(value, int | np.int64) or value < 0),
    True,
    2**64,
    HUGE,
)
DTYPES = (
    *ANYTHING,
    *OBJECTS,
    float,
    complex,
    bool,
    object,
    np.dtype(">f4"),
    np.dtype("i4"),
    np.int32,
    np.floating,
)
DTYPES += (np.dtype([("x", "f4")]), "float23", "", np.zeros(3, "f4"), np.float32(1))
LAYOUTS = (*TEXTS, "paddle", "")
FORMATS = (*TEXTS, "pickle")
FUNCTIONS = (5, 1.5, True, "print", b"x", [print], (print,), {}, object(), OddArray(), np.array(1), 0, "")
LISTS = ("x", "", 5, 1.5, None, True, b"x", [5], [None], [b"x"], ["x", 5], {"x"}, {"x": 1}, _some(), int, 1j)
LISTS += (
    object(),
    OddArray(),
    np.array([["x"]]),
    np.array([1, 2]),
    np.array("x"),
    iter(["x"]),
    (OddNumber(),),
)
VARIABLES = (
    5,
    1.5,
    True,
    "n=1",
    b"n",
    [1],
    [("n", 1)],
    {"n"},
    {1: 1},
    {None: 1},
    {b"n": 1},
    object(),
    OddArray(),
)
VARIABLES += tuple(
    {"n": value} for value in (None, NAN, INF, HUGE, b"4", object(), 1j, {4}, _some(), OddNumber())
)
VARIABLES += ({"n": np.datetime64(1, "ns")}, {"n": np.array([4, 5])}, {"n": [object()]}, {"q": 1}, {"n": "4"})
SWEEPS = (
    *VARIABLES[:13],
    {},
    {"gain": 5},
    {"gain": "12"},
    {"gain": ["a"]},
    {"gain": [True]},
    {"gain": [NAN]},
)
SWEEPS += (
    {"gain": [None]},
    {"gain": []},
    {"gain": [1], "n": [1]},
    {"gain": {1}},
    {"gain": [b"1"]},
    {"gain": [1j]},
)
SWEEPS += ({"gain": [HUGE]}, {"gain": np.array([[1.0]])}, {"gain": _some()}, {"gain": [np.bool_(True)]})
RATES = (
    0,
    -1,
    NAN,
    INF,
    True,
    np.bool_(True),
    "2",
    b"2",
    [1],
    {1: 1},
    int,
    np.float64(0),
    1j,
    object(),
    OddNumber(),
)
SIZES = (*TEXTS, "", "5", "GB", "-1GB", "0GB")

THRESHOLDS = (
    *(
        "gradient",
        5,
        [1],
        b"gradient",
        {"gradient"},
        object(),
        {"loss": 2},
        {1: 2},
        {"gradient": "2"},
        {"gradient": None},
    ),
    *(
        {"gradient": 1},
        {"signal": NAN},
        {"signal": INF},
        {"dead": 2},
        {"dead": -0.1},
        {"dead": True},
        {"saturated": 1j},
    ),
)

CHOICES = {"seed": SEEDS, "dtype": DTYPES, "layout": LAYOUTS}
NAMES = {
    "ignore": LISTS,
    "rename": (*LISTS, ["module."], ["=x"], ["(=x"], [r"(a)=\2"], [r"a=\g<b>"], ["a{9999999999}=b"]),
    "strip_prefix": (*TEXTS, ""),
}
TOLERANCES = (-1, -1e-9, NAN, INF, -INF, HUGE, True, "1", b"1", [1], {}, 1j, int, np.bool_(True), object())
READING = {"threads": COUNTS, "progress": FUNCTIONS}

WRONG: dict[str, dict[str, tuple[Any, ...]]] = {
    "load_spec": {"source": SPECS, "variables": VARIABLES},
    "plan": {"spec": (*SPECS, None), **CHOICES},
    "summary": {"spec": (*SPECS, None), **CHOICES, "depth": COUNTS},
    "generate": {"spec": (*SPECS, None), **CHOICES},
    "open": {
        "spec": (*SPECS, None),
        "framework": (*TEXTS, None, "", "tf"),
        "device": (5, 1.5, True, "cuda", "gpu", "", b"cpu", ["cpu"], {"cpu"}, int, object()),
        **CHOICES,
    },
    "write": {
        "spec": (*SPECS, None),
        "path": (*PATHS, None),
        **CHOICES,
        **READING,
        "format": FORMATS,
        "max_shard_size": SIZES,
        "shard_name": TEXTS,
        "base": PATHS,
        "only": LISTS,
        "except_": LISTS,
        **dict.fromkeys(("add", "force", "check", "fsync", "digest"), FLAGS),
    },
    "finalize": {
        "path": (*PATHS, None),
        "shard_name": TEXTS,
        "max_shard_size": SIZES,
        "world_size": COUNTS,
        **dict.fromkeys(("force", "check", "fsync"), FLAGS),
    },
    "probe": {
        "spec": (*SPECS, None),
        "variables": VARIABLES,
        "seed": SEEDS,
        "dtype": DTYPES,
        **dict.fromkeys(("samples", "steps", "seeds", "threads"), COUNTS),
        "input": PATHS,
        "backward": FLAGS,
        "compare": LISTS,
        "sweep": SWEEPS,
        "thresholds": THRESHOLDS,
        "loss": TEXTS,
        "learning_rate": RATES,
    },
    "verify": {
        "path": (*PATHS, None),
        "spec": SPECS,
        **CHOICES,
        **READING,
        **dict.fromkeys(("digest", "statistics", "ideal"), FLAGS),
        "base": PATHS,
        "expect": TEXTS,
        **NAMES,
    },
    "inspect": {
        "path": (*PATHS, None),
        "tensor": (*TEXTS, "", "nothing"),
        **READING,
        **dict.fromkeys(("header", "digest"), FLAGS),
    },
    "convert": {
        "source": (*PATHS, None),
        "path": (*PATHS, None),
        "format": FORMATS,
        "max_shard_size": SIZES,
        "shard_name": TEXTS,
        "dtype": DTYPES,
        **NAMES,
        **dict.fromkeys(("force", "dry_run", "fsync"), FLAGS),
        **READING,
    },
    "diff": {
        "a": (*PATHS, None),
        "b": (*PATHS, None),
        **NAMES,
        **dict.fromkeys(("atol", "rtol"), TOLERANCES),
        "sort": (*TEXTS, "", "size", None),
        **READING,
    },
}
"""What each argument of each function may not be."""
