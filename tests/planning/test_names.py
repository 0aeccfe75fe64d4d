from collections.abc import Callable

import pytest

from winitgen.planning.name_clash import clash
from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(["a/b", "a/c", "b.a"], None, id="none"),
        pytest.param(["a", "b", "a"], ("a", "a"), id="equal"),
        pytest.param(["Fc/kernel", "fc/kernel"], ("Fc/kernel", "fc/kernel"), id="case"),
        pytest.param(["strasse", "straße"], ("strasse", "straße"), id="case folding"),
        pytest.param(["\u00e9", "e\u0301"], ("\u00e9", "e\u0301"), id="normalisation"),
        pytest.param(["a", "a.b"], ("a", "a.b"), id="a prefix first"),
        pytest.param(["a.b.c", "a.b"], ("a.b.c", "a.b"), id="a prefix later"),
        pytest.param(["ab", "a.b", "a_b"], None, id="no path between them"),
    ],
)
def test_clash(names: list[str], expected: tuple[str, str] | None) -> None:
    """Two names clash if a file system may take them for one, or one for the other's folder."""
    assert expected == clash(names)


def test_renaming_changes_the_stream(planned: Planned) -> None:
    """The id and the seed are the stream's key: renaming, or another seed, draws other values."""
    text = "input: 8\nlayers: [{{name: {}, type: dense, units: 8}}]"
    keys = {planned(text.format(name), seed=seed).parameters[0].key for name in "ab" for seed in (0, 1)}

    assert len(keys) == 4


def test_other_layers_change_nothing(planned: Planned) -> None:
    """A layer's parameters do not depend on the layers beside it."""
    one = planned("input: 8\nlayers: [{name: a, type: dense, units: 8}]")
    two = planned("input: 8\nlayers: [{type: dense, units: 8}, {name: a, type: dense, units: 8}]")

    assert one.parameters == two.parameters[2:]
