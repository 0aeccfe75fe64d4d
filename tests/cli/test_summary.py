"""``winitgen summary``: its table, its JSON, and its refusals."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import ROOT, Winitgen

TABLE = """\
layer  type   output  trainable  multiply-adds
fc     dense  4              16             12
out    dense  2              10              8

values: 26 trainable; 104 B of float32
multiply-adds a sample: 20
"""


def test_the_table(winitgen: Winitgen, spec: Path) -> None:
    """In a pipe it is plain text."""
    run = winitgen("summary", spec)

    assert (0, TABLE) == (run.code, run.out)


def test_options_of_a_spec(winitgen: Winitgen, spec: Path) -> None:
    """A variable changes the sizes, and a number format the bytes."""
    run = winitgen("summary", spec, "--set", "n=6", "--dtype", "float16")

    assert "values: 38 trainable; 76 B of float16" in run.out


def test_json_has_every_layer(winitgen: Winitgen) -> None:
    """Blocks are not folded in it."""
    run = winitgen("summary", ROOT / "specs" / "resnet18.yaml", "--json")
    report = json.loads(run.out)

    assert 51 == len(report["layers"])
    assert {
        "trainable": 11_689_512,
        "buffers": 9_620,
        "tied": 0,
        "multiply_adds": 1_814_073_344,
        "bytes": {"float32": 46_796_448, "int64": 160},
    } == report["totals"]
    assert ["layer1.0.conv1", "conv2d", [64, 56, 56]] == [
        report["layers"][3][key] for key in ("layer", "type", "output")
    ]


def test_a_depth(winitgen: Winitgen) -> None:
    """Names that agree in one part are one line."""
    run = winitgen("summary", ROOT / "specs" / "resnet18.yaml", "--depth", "1", "--columns", "layer,type")

    assert "layer4               12 layers" in run.out.splitlines()


def test_a_spec_with_a_mistake(winitgen: Winitgen, tmp_path: Path) -> None:
    """The mistakes are those of every command."""
    path = tmp_path / "m.yaml"
    path.write_text("input: 3\nlayers:\n  - {type: dense}\n")
    run = winitgen("summary", path)

    assert (2, "") == (run.code, run.out)
    assert run.err.startswith(f"{path}:3:5: layers[0]: ")


def test_a_depth_of_nothing(winitgen: Winitgen, spec: Path) -> None:
    """A whole number of at least 1."""
    run = winitgen("summary", spec, "--depth", "0")

    assert (2, "winitgen summary: --depth: expected a whole number of at least 1, not '0'\n") == (
        run.code,
        run.err,
    )
