"""Each scheme's row: its formula, its function, and each of its options from spec to listing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from winitgen.catalog.activations import ACTIVATIONS, Applied
from winitgen.catalog.activations.gains import Gains
from winitgen.catalog.init import Init
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.schemes import SCHEMES, Scheme
from winitgen.catalog.schemes.options import (
    GAIN_RULE,
    Bounds,
    Choice,
    Digest,
    Gain,
    Inits,
    Numbers,
    Option,
    Sizes,
)
from winitgen.catalog.schemes.scheme import SchemeRequest, Unfit
from winitgen.spec.fields import BAD, Scope
from winitgen.spec.json_nodes import nodes
from winitgen.spec.mistakes import Mistakes, show
from winitgen.spec.schema import json_schema
from winitgen.spec.values import read_init

ROWS = list(SCHEMES.values())
OPTIONS = [pytest.param(row, name, id=f"{row.name}-{name}") for row in ROWS for name in row.options]

CHOICES = json_schema()["definitions"]["init"]["then"]["allOf"]

WEIGHTS = (
    Weight("kernel", (12, 8), "init", 8, 12),
    Weight("kernel", (12, 12, 4, 4), "init", 192, 192, groups=1),
    Weight("bias", (16,), "bias_init", 8, 4, gates=4),
    Weight("embeddings", (12, 8), "init", 1, 8),
    Weight("", (12, 8), "init"),
)
"""A matrix, a convolution's kernel, an LSTM's bias, a table and a param: each scheme fits one of them."""


def samples(option: Option) -> list[Any]:
    """Return values that an option takes, as a spec writes them."""
    if isinstance(option, Choice):
        return list(option.choices)
    lists: dict[type, list[Any]] = {
        Gain: ["tanh"],
        Sizes: [[2, 2]],
        Inits: [["zeros", "ones"]],
        Numbers: [[0.5, -2.0]],
        Bounds: [[-1.0, 2.0], 1.5],
        Digest: ["0f" * 32],
    }
    if type(option) in lists:
        return lists[type(option)]
    above_one = option.limits.get("gt", 0) >= 1
    return {bool: [True, False], int: [2], str: ["w"], float: [2.5 if above_one else 0.5]}[option.kind]


def misfits(option: Option) -> list[Any]:
    """Return a list that an option does not take."""
    if isinstance(option, Inits):
        return []
    return ["a"] if isinstance(option, Numbers | Sizes) else [1, 2, 3, 4]


def asked(row: Scheme, name: str) -> Iterator[dict[str, Any]]:
    """Yield mappings of options with each sample of one of them, and what else the scheme needs."""
    others = {need: samples(row.options[need])[0] for need in row.needs}
    if "encoder_layers" in row.options and name != "decoder_layers":
        others["encoder_layers"] = 2
    for value in samples(row.options[name]):
        options = others | {name: value}
        low = -1 if row.name == "integers" else -0.5
        yield options | {"low": low} if "low" in options else options


def read(row: Scheme, options: dict[str, Any]) -> tuple[Init | Any, list[str]]:
    """Return what the reader of specs makes of a scheme with its options, and the mistakes it notes."""
    mistakes = Mistakes("")
    node = nodes({"scheme": row.name, **options})
    return read_init(node, "init", Scope(mistakes, {})), [mistake.message for mistake in mistakes.found]


class Watched(dict[str, Any]):
    """Options that note which of them are looked at."""

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__(options)
        self.seen: set[object] = set()

    def __contains__(self, name: object) -> bool:
        self.seen.add(name)
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return an option, and note its name."""
        self.seen.add(name)
        return super().get(name, default)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_says_what_it_computes(row: Scheme) -> None:
    """A row has a formula, and a function that can be called, with a sentence about what it returns."""
    assert row.formula
    assert callable(row.build)
    assert (row.build.__doc__ or "").startswith("Return")


@pytest.mark.parametrize(("row", "name"), OPTIONS)
def test_every_option_is_read(row: Scheme, name: str) -> None:
    """The reader takes every value that an option declares, and refuses others with its description."""
    for options in asked(row, name):
        init, mistakes = read(row, options)
        value = options[name]

        assert [] == mistakes
        if isinstance(row.options[name], Inits):
            value = [Init(one) for one in value]
        assert init.options[name] == (tuple(value) if isinstance(value, list) else value)
    misfit: list[Any] = misfits(row.options[name])
    wrong, mistakes = read(row, {**options, name: misfit})
    assert BAD is wrong
    assert [f"expected {row.options[name].expected}, not {show(tuple(misfit))}"] == mistakes


@pytest.mark.parametrize(("row", "name"), OPTIONS)
def test_every_option_is_used(row: Scheme, name: str) -> None:
    """The function of a scheme looks at each of its options, for some parameter."""
    seen: set[object] = set()
    for options in asked(row, name):
        for weight in WEIGHTS:
            init = read(row, options)[0]
            watched = Watched(dict(init.options))
            object.__setattr__(init, "options", watched)
            with suppress(Unfit):
                row.build(SchemeRequest(init, row, weight, Applied("relu")))
            seen |= watched.seen

    assert name in seen


@pytest.mark.parametrize(("row", "name"), OPTIONS)
def test_every_option_has_a_type_in_the_schema(row: Scheme, name: str) -> None:
    """An editor knows what each option means and takes, and whether the scheme needs it."""
    (schema,) = (c["then"] for c in CHOICES if row.name in c["if"]["properties"]["scheme"]["enum"])

    option = row.options[name]
    assert option.meaning
    assert schema["properties"][name]["description"].startswith(f"{option.meaning}. Takes {option.expected}.")
    assert (name in row.needs) == (name in schema["required"])


def test_gain_rules_are_those_of_the_table() -> None:
    """Every activation has a gain by each rule that a spec can name."""
    assert GAIN_RULE.choices == Gains._fields
    assert all(len(row.gains) == len(GAIN_RULE.choices) for row in ACTIVATIONS.values())
