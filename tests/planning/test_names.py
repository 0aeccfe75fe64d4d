from collections.abc import Callable
from pathlib import Path

import pytest

import winitgen
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


LOST = """\
model: m
input: {{a: 4, b: 4}}
layers:
  - {{name: x, type: dense, units: 4, from: a}}
  - {{{name}type: group, from: b, layers: [{{name: n, type: layer_norm, epsilon: 5}}, {{name: d, type: dense, units: 4}}]}}
  - {{name: y, type: concat, from: [x, {used}]}}
  - {{name: z, type: dense, units: 4, from: gone}}
"""


@pytest.mark.parametrize(
    ("name", "used", "told"),
    [
        ("name: g, ", "g.n", 2),
        ("name: g, ", "g", 2),
        ("name: g, ", "g.no", 2),
        ("name: g, ", "n", 3),
        ("", "n", 1),
    ],
)
def test_names_that_a_mistake_hides(tmp_path: Path, name: str, used: str, told: int) -> None:
    """What is in a group with a mistake is not known, so that no name in it is unknown, and no input is idle; others are."""
    (tmp_path / "m.yaml").write_text(LOST.format(name=name, used=used))
    with pytest.raises(winitgen.SpecError) as caught:
        winitgen.plan(tmp_path / "m.yaml")
    lines = [
        f"{tmp_path}/m.yaml:5:{74 + len(name)}: layers[1].layers[0].epsilon: expected a number above 0, at most 1, not 5",
        *([f"{tmp_path}/m.yaml:6:{35}: layers[2].from: no earlier layer is called 'n'"] if told == 3 else []),
        *([f"{tmp_path}/m.yaml:7:44: layers[3].from: no earlier layer is called 'gone'"] if told > 1 else []),
    ]

    assert lines == str(caught.value).splitlines()
