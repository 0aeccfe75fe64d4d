"""``--family``: a file of the user's in other YAML than winitgen's own files, and expressions in it that fail."""

from __future__ import annotations

from pathlib import Path

import pytest

import winitgen
from winitgen.errors import SpecError
from winitgen.load import draft_of, import_config, parse_spec, plan_of

HEAD = "family: Ours\nclasses: [Ours]\npaper: None.\n"
LAYERS = 'input: 3\nlayers:\n- {name: "fc", type: dense, units: "${len(names)}"}\n'
CONFIG = b'{"model_type": "ours"}'


def units(folder: Path, layer_spec: str) -> int:
    """Return the outputs of the layer of a family, which are as many as the variable ``names`` has items."""
    path = folder / "ours.yaml"
    path.write_text(f"{HEAD}---\n{layer_spec}")
    text = import_config(CONFIG, "config.json", family=str(path)).text
    return winitgen.plan(parse_spec(text.encode(), "model.yaml")).parameters[0].shape[0]


NAMES = {
    "a comma": "\n  - one, two\n  - three",
    "brackets": "\n  - one]\n  - '[two'",
    "braces": "\n  - {a: 1}\n  - b}",
    "a hash": "\n  - a#b\n  - c",
    "a colon": "\n  - a:b\n  - 'c: d'",
    "quotes": "\n  - a\"b\n  - 'it''s'",
    "two lines": "\n  - one\n    two, three\n  - four",
    "an empty line": "\n  - one\n\n    two\n  - three",
    "keys": "\n  'a, b': 1\n  'c: d': {'e}': [1, 2]}",
    "an expression": "\n  - ${min(1, 2)}\n  - 3",
}


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_a_list_keeps_its_items(names: str, tmp_path: Path) -> None:
    """Two items, whatever the characters in them mean between brackets, into which they are written."""
    own = names.replace("\n", "\n  ")

    assert 2 == units(tmp_path, f"vars:\n  architecture: Ours\n  names:{own}\n{LAYERS}")


def test_a_text_keeps_its_lines(tmp_path: Path) -> None:
    """Plain text of two paragraphs has a line break between them."""
    path = tmp_path / "ours.yaml"
    path.write_text(f"{HEAD}---\nvars:\n  names: [1]\n  own: ab\n    c\n\n    d\n{LAYERS}")

    assert '  own: "ab c\\nd"\n' in import_config(CONFIG, "config.json", family=str(path)).text


PLACES = {
    "first": "vars: {names: [1, 2]}\n" + LAYERS,
    "in quotes": 'model: ours\n"vars": {names: [1, 2]}\n' + LAYERS,
    "last": LAYERS + "vars:\n  names: [1, 2]",
    "on lines of its own": "vars: {\nnames: [1,\n2]\n}\n# vars:\n" + LAYERS,
    "before a blank": "vars :\n  names: [1, 2]\n" + LAYERS,
}


@pytest.mark.parametrize("layer_spec", PLACES.values(), ids=PLACES)
def test_where_the_variables_are(layer_spec: str, tmp_path: Path) -> None:
    """The key may stand anywhere, as in every layer-spec."""
    assert 2 == units(tmp_path, layer_spec)


MISTAKES = {
    "no class": ("classes: [Ours]", "classes: []", "classes: expected a list of one or more classes, not []"),
    "an infinite default": (
        "paper:",
        "also: {ours: {width: -.inf}}\npaper:",
        "3:22: -.inf is not a finite number",
    ),
    "a default of nothing known": (
        "paper:",
        'also: {ours: {width: "${2 * widht}"}}\npaper:',
        "also.ours.width: no variable 'widht' in 'vars'",
    ),
    "a small value of nothing known": (
        "paper:",
        'small: {width: "${1 // 0}"}\npaper:',
        "small.width: '1 // 0' divides by zero",
    ),
    "small layers that are text": (
        "paper:",
        "small: {n_layer: few}\npaper:",
        "small.n_layer: expected a whole number, not 'few'",
    ),
    "a number format": (
        "input: 3",
        "dtype: float16\ninput: 3",
        "6:1: dtype: the number format is that of the config; leave 'dtype' out",
    ),
    "keys in braces": (
        "vars: {width: 4}\ninput: 3\nlayers: [{name: fc, type: dense, units: 2}]",
        "{vars: {width: 4}, layers: [{name: fc, type: dense, units: 2}]}",
        "5:2: vars: each key of the layer-spec of a family begins a line",
    ),
}


@pytest.mark.parametrize(("before", "after", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_those_of_the_family(before: str, after: str, message: str, tmp_path: Path) -> None:
    """Each is told with the family's file, not with the config."""
    text = f"{HEAD}---\nvars: {{width: 4}}\ninput: 3\nlayers: [{{name: fc, type: dense, units: 2}}]\n"
    path = tmp_path / "f.yaml"
    path.write_text(text.replace(before, after))
    with pytest.raises(SpecError) as caught:
        import_config(CONFIG, "config.json", family=str(path), shrink=True)

    separator = ":" if message[0].isdigit() else ": "
    assert f"{path}{separator}{message}" == str(caught.value)


def test_layers_that_no_config_names(tmp_path: Path) -> None:
    """A small number of layers that no variable takes changes nothing."""
    path = tmp_path / "f.yaml"
    path.write_text(f"{HEAD}small: {{num_layers: 1}}\n---\nvars: {{names: [1]}}\n{LAYERS}")
    small = import_config(CONFIG, "config.json", family=str(path), shrink=True)

    assert 1 == plan_of(draft_of(small)).parameters[0].shape[0]
