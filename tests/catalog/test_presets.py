"""The presets as a whole: their names, their order, and rows that can apply."""

from __future__ import annotations

import pytest

from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layers.composite import Composite
from winitgen.catalog.presets import PRESETS
from winitgen.spec.descriptions import written_init
from winitgen.spec.document import read_spec
from winitgen.spec.mistakes import Mistakes

FAMILIES = {kind.family for kind in LAYERS.values()}
PARTS = {
    f"{kind.family}.{part}" for kind in LAYERS.values() if issubclass(kind, Composite) for part in kind.parts
}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_has_the_name_of_its_file(name: str) -> None:
    """The name by which a preset is found is its own."""
    assert name == PRESETS[name].name


@pytest.mark.parametrize("name", PRESETS)
def test_every_row_names_what_exists(name: str) -> None:
    """The rows name families, parts and layer types that there are, and none is hidden by an earlier one."""
    rows = PRESETS[name].rows
    seen = [(kind, role, row.match) for row in rows for kind in row.layers for role in row.roles]

    assert set() == {kind for kind, _, _ in seen} - FAMILIES - PARTS - set(LAYERS)
    assert len(seen) == len(set(seen))
    assert all(row.source for row in rows)


def test_frameworks_come_before_models() -> None:
    """The order is fixed: frameworks, then models, each by the alphabet; models have a preset that holds for the rest."""
    names = list(PRESETS)
    frameworks = names[: names.index("torch") + 1]
    models = names[names.index("torch") + 1 :]

    assert sorted(frameworks) == frameworks
    assert sorted(models) == models
    assert {"equinox", "flax", "flax-nnx", "haiku", "keras", "mlx", "paddle", "tinygrad", "torch"} == set(
        frameworks
    )
    assert all(PRESETS[name].base for name in models)


def test_a_name_is_known_before_its_preset_is_imported() -> None:
    """Names are found without an import, and others are not found."""
    assert "torch" in PRESETS
    assert "troch" not in PRESETS
    with pytest.raises(KeyError):
        PRESETS["troch"]
    assert len(PRESETS) == len(list(PRESETS)) >= 30


@pytest.mark.parametrize("name", PRESETS)
def test_what_is_listed_can_be_written_in_a_spec(name: str) -> None:
    """`winitgen presets` shows each scheme with options that the scheme takes, so that it can be copied."""
    schemes = [written_init(row.init) for row in PRESETS[name].rows]
    mistakes = Mistakes("listed.yaml")
    rules = "".join(f"\n  - {{match: '*', init: {scheme}}}" for scheme in schemes)
    read_spec(f"rules:{rules}\nlayers: [{{type: dense, units: 3, inputs: 4}}]".encode(), mistakes)

    assert [] == mistakes.found
