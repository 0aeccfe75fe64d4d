"""``--family``: a family's file of the user's own, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from winitgen.errors import SpecError, UnreadableError
from winitgen.load import import_config

OURS = """\
family: Ours
classes: [OursForCausalLM]
paper: None.
aliases: {d: width}
checks:
  - {field: width, that: width % 2 == 0, otherwise: "${width} is odd"}
---
model: ours
vars: {architecture: OursForCausalLM, width: 8, bias: true}
input: "${width}"
layers:
  - {name: fc, type: dense, units: "${2 * width}", use_bias: "${bias}"}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of a family."""
    found = tmp_path / "ours.yaml"
    found.write_text(OURS)
    return found


def imported(path: Path, config: str) -> str:
    """Return the layer-spec of a config by the family in a file."""
    return import_config(config.encode(), "config.json", family=str(path)).text


def test_a_family_of_ones_own(path: Path) -> None:
    """The model type is free; fields, aliases and checks are those of the file."""
    text = imported(path, '{"model_type": "secret", "d": 4, "bias": false}')

    assert "model: ours\nvars:\n  architecture: OursForCausalLM\n  width: 4\n  bias: false\n" in text
    with pytest.raises(SpecError, match=r"^config.json:1:2: d: 5 is odd$"):
        imported(path, '{"d": 5, "model_type": "secret"}')


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("---\n", "", "{path}: a family has two YAML documents, with a line --- between them"),
        ("classes:", "clases:", "{path}: the first document: object contains unknown field `clases`"),
        ("vars: {", "vars: [{", "{path}:10:1: not YAML: expected ',' or ']', but got '<scalar>'"),
        ("vars:", "va:", "{path}: the layer-spec of a family needs 'vars', the fields of the config"),
        ("family: Ours", "- Ours", None),
    ],
)
def test_mistakes_of_the_file(path: Path, before: str, after: str, message: str | None) -> None:
    """Each is told with the file of the family, and its line where it is one of YAML."""
    path.write_text(OURS.replace(before, after))
    with pytest.raises(SpecError) as caught:
        imported(path, '{"model_type": "secret"}')

    assert str(caught.value).startswith(f"{path}")
    assert message is None or message.format(path=path) == str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there, or no text."""
    with pytest.raises(UnreadableError) as caught:
        imported(tmp_path / "none.yaml", '{"model_type": "secret"}')
    (tmp_path / "bytes.yaml").write_bytes(b"\xff")
    with pytest.raises(UnreadableError, match="it is not UTF-8"):
        imported(tmp_path / "bytes.yaml", '{"model_type": "secret"}')

    assert f"cannot read {tmp_path / 'none.yaml'}: No such file or directory" == str(caught.value)
