"""The names of other programs: each leads to a name that exists, and says something that its own does not."""

from collections.abc import Iterable

import pytest

from winitgen.catalog import activations, schemes, spellings
from winitgen.catalog.activations import ACTIVATIONS
from winitgen.catalog.layers import LAYERS
from winitgen.catalog.schemes import SCHEMES
from winitgen.catalog.spellings import Spellings, folded
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.spec.fields import hints_of
from winitgen.spec.mistakes import closest

OPTIONS = {option for layer in LAYERS.values() for option in hints_of(layer)}

TABLES = {
    "layer types": (spellings.LAYER_TYPES, LAYERS),
    "options": (spellings.OPTIONS, OPTIONS),
    "activations": (spellings.ACTIVATIONS, [*ACTIVATIONS, *activations.ALIASES]),
    "schemes": (spellings.SCHEMES, [*SCHEMES, *schemes.ALIASES]),
    "dtypes": (spellings.DTYPES, FLOAT_DTYPES),
}


@pytest.mark.parametrize(("table", "known"), TABLES.values(), ids=TABLES)
def test_each_leads_to_a_name_that_exists(table: Spellings, known: Iterable[str]) -> None:
    """What is suggested exists, and every line is in its folded form, so that it can be found."""
    assert [] == [(other, names) for other, names in table.items() if not set(names) <= set(known)]
    assert list(table) == [folded(other) for other in table]


@pytest.mark.parametrize("name", [name for name in TABLES if name != "options"])
def test_no_line_is_dead(name: str) -> None:
    """No line is a known name in another case: that leads to the known one anyway."""
    table, known = TABLES[name]

    assert set() == {*table} & {folded(other) for other in known}


@pytest.mark.parametrize(
    ("option", "known", "meant"),
    [
        ("features", ["units", "inputs"], "units"),
        ("features", ["filters", "kernel_size"], "filters"),
        ("features", ["count", "dim"], "dim"),
        ("input_dim", ["count", "dim"], "count"),
        ("input_dim", ["units", "inputs"], "inputs"),
        ("kernel_size", ["pool_size", "strides"], "pool_size"),
        ("embed_dim", ["count", "dim"], "dim"),
        ("embed_dim", ["heads", "head_dim", "inputs"], "inputs"),
        ("eps", ["units"], ""),
    ],
)
def test_an_option_that_the_layer_has(option: str, known: list[str], meant: str) -> None:
    """Of several options that a name may stand for, the one that the layer has is meant; else none."""
    assert meant == closest(option, known, spellings.OPTIONS)
