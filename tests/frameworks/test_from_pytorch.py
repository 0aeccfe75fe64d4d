"""The rows of `specs/reference/from-pytorch.md`: their layers compute what their lines of PyTorch do."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.models import flow
from winitgen.load import parse_spec

PAGE = Path(__file__).parents[2] / "specs" / "reference" / "from-pytorch.md"
TABLE = re.compile(
    r"^`x` is [^\n]*, \(batch, (?P<sizes>[\d, ]+)\):$(?P<rows>.*?)(?=^`x`|^##)", re.MULTILINE | re.DOTALL
)
ROW = re.compile(r"^\| `(?P<line>.+?)` \| (?P<layers>`\{.+\}`) \|$", re.MULTILINE)


def rows() -> list[Any]:
    """Return the size of the input, the line of PyTorch and the layers of each row."""
    text = PAGE.read_text(encoding="utf-8")
    return [
        pytest.param(table["sizes"], row["line"], re.findall("`(.+?)`", row["layers"]), id=row["line"])
        for table in TABLE.finditer(text)
        for row in ROW.finditer(table["rows"])
    ]


def test_every_row_is_found() -> None:
    """No row of the two tables is left out."""
    values = PAGE.read_text(encoding="utf-8").partition("## Values")[2].partition("## Modules")[0]

    assert len(rows()) == sum(line.startswith("| `") for line in values.splitlines()) > 20


@pytest.mark.parametrize(("sizes", "line", "layers"), rows())
def test_the_layers_compute_it(sizes: str, line: str, layers: list[str], torch: Any) -> None:
    """For a batch of three, the values are PyTorch's to 1e-5."""
    listed = "\n".join(f"  - {layer}" for layer in layers)
    spec = f"input: [{sizes}]\nlayers:\n  - {{name: beside, type: param, shape: [1], init: ones}}\n{listed}\n"
    network = flow.prepared(parse_spec(spec.encode(), "row.yaml"))
    [batch] = flow.inputs_of(network, samples=3)
    names = {"torch": torch, "F": torch.nn.functional, "x": torch.from_numpy(batch)}
    expected = eval(line, names)  # noqa: S307 - a line of this repository's own page
    [own] = flow.outputs_of(network, [batch])

    np.testing.assert_allclose(own, expected.numpy(), rtol=1e-5, atol=1e-5)
