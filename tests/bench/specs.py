"""The layer-specs that are measured: layers of one size, one after another."""

from __future__ import annotations

from pathlib import Path

from tests.bench.options import Options

TEXT = """\
model: large
input: {units}
defaults: {{use_bias: {bias}}}
layers:
  - type: repeat
    times: {layers}
    name: "fc{{i}}"
    layers: [{{name: hidden, type: dense, units: {units}, activation: relu}}]
"""


def squares(given: Options, layers: int, units: int, *, bias: bool = False) -> Path:
    """Write the layer-spec of so many He-normal kernels of ``units`` by ``units``, and of their biases if asked."""
    path = given.directory / f"{layers}x{units}{'-bias' * bias}.yaml"
    path.write_text(TEXT.format(layers=layers, units=units, bias=str(bias).lower()), encoding="utf-8")
    return path


def gibibyte(given: Options) -> tuple[str, Path, list[int]]:
    """Return the name, the layer-spec, and layers and units of one GiB of float32, or of a sixteenth if --quick."""
    layers, units, name = (4, 2048, "64 MiB") if given.quick else (4, 8192, "1 GiB")
    return name, squares(given, layers, units), [layers, units]
