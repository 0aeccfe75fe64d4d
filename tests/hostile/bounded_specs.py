"""Random layer-specs near the limits: many layers of any type, with sizes and lists as large as may be written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from typing import Any

import msgspec

from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layers.containers import Container
from winitgen.catalog.schemes import SCHEMES
from winitgen.spec.fields import hints_of, required_of

NUMBERS = (
    1,
    2,
    3,
    7,
    64,
    1000,
    1024,
    10_000,
    2**20,
    2**31,
    2**40,
    2**40 + 1,
    2**62,
    -1,
    0,
    0.5,
    1e-30,
    1e300,
)
TEXTS = (
    "same",
    "valid",
    "relu",
    "a",
    "nope",
    "${d}",
    "${x}",
    "${i}",
    "${max(x)}",
    "x" * 9000,
    "head",
    "float64",
)
APART = {"from", "layers", "name", "when", "vars", "over", "tied", "tied_to"}

LENGTHS = (1, 2, 2, 3, 8, 9, 100, 1000, 9000)


class HeavySpec:
    """Makes one spec; everything it decides comes from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - specs, not secrets

    def text(self) -> str:
        """Return the whole spec, as JSON, which is YAML too."""
        pick = self.random
        times = pick.choice((1, 3, 500, 5000, 24_000, 49_000))
        inner = [self._layer() for _ in range(pick.choice((1, 1, 2)))]
        block: dict[str, Any] = {"type": "repeat", "times": times, "name": "r{i}", "layers": inner}
        for level in range(pick.choice((0, 0, 1, 5, 20))):
            block = {
                "type": "repeat",
                "times": 1,
                "index": f"k{level}",
                "name": f"g{{k{level}}}",
                "layers": [block, {"name": "last", "type": "param", "shape": [1], "init": "zeros"}],
            }
        spec: dict[str, Any] = {
            "vars": {"d": self._number(), "x": self._list()},
            "layers": [block, {"name": "last", "type": "param", "shape": [1], "init": "zeros"}],
        }
        if pick.random() < 0.7:
            spec["input"] = pick.choice((4, [4, 4], [2**20, 4], [3, 32, 32], {"tokens": 16}, [1] * 8))
        if pick.random() < 0.15:
            spec["rules"] = [
                {"match": self._pattern(), "init": pick.choice(("zeros", "he", "normal"))}
                for _ in range(pick.choice((1, 20, 200, 300)))
            ]
        return json.dumps(spec)

    def _layer(self) -> dict[str, Any]:
        pick = self.random
        kind = pick.choice([kind for kind, layer in LAYERS.items() if not issubclass(layer, Container)])
        hints = hints_of(LAYERS[kind])
        keys = {
            *required_of(LAYERS[kind]),
            *pick.sample(sorted(hints), min(len(hints), pick.choice((0, 1, 2, 5)))),
        }
        layer = {key: self._option(key, hints[key]) for key in sorted(keys - APART)}
        inputs = {"inputs": pick.choice((1, 4, 64))} if "inputs" in hints else {}
        return {"name": "w", "type": kind, **inputs, **layer}

    def _option(self, key: str, hint: Any) -> Any:
        if key in {"init", "bias_init"}:
            return self._init()
        if key in {"activation", "dtype"}:
            return {"activation": "relu", "dtype": "float16"}[key]
        return self._value(hint)

    def _value(self, hint: Any) -> Any:
        """Return a value, nearly always one of the type, else the whole spec is refused at once."""
        value: Any = None
        for _ in range(40):
            value = self.random.choice((self._number, self._number, self._list, self._text))()
            with suppress(msgspec.ValidationError, TypeError, OverflowError):
                msgspec.convert(value, hint)
                break
        return value

    def _text(self) -> Any:
        return self.random.choice((*TEXTS, True, False))

    def _number(self) -> Any:
        return self.random.choice(NUMBERS)

    def _list(self) -> list[Any]:
        return [
            self._number() if self.random.random() < 0.1 else 1 for _ in range(self.random.choice(LENGTHS))
        ]

    def _init(self) -> Any:
        name = self.random.choice(list(SCHEMES))
        row = SCHEMES[name]
        keys = {*row.needs, *self.random.sample(sorted(row.options), min(len(row.options), 2))}
        return {"scheme": name, **{key: self._value(row.options[key].hint) for key in sorted(keys)}}

    def _pattern(self) -> str:
        parts = ("*", "?", "[a-z]", "r", "w", "kernel", "/", "a" * 100, "*a*a*a", ".", "[!x]")
        return "".join(self.random.choices(parts, k=self.random.choice((1, 3, 8, 30))))


def heavy(count: int, first: int = 0) -> Iterator[tuple[str, str]]:
    """Yield so many specs, each with its name."""
    for seed in range(first, first + count):
        yield f"random {seed}", HeavySpec(seed).text()
