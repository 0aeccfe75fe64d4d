"""Modules of PyTorch with orthogonal blocks, and with values that depend on each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.frameworks import traced_models
from tests.frameworks.test_traced_torch import HERE, traced
from winitgen.errors import SpecError
from winitgen.importing.trace import of_class

pytestmark = pytest.mark.usefixtures("torch")

ORTHOGONAL, HALF = "orthogonal", {"scheme": "orthogonal", "gain": 0.5}  # fmt: skip

BLOCKS: dict[str, tuple[int, list[int], list[Any]]] = {
    "gates": (0, [24] * 4, [ORTHOGONAL] * 4),
    "beside": (1, [24] * 3, [ORTHOGONAL] * 3),
    "slices": (0, [20] * 4, [ORTHOGONAL] * 4),
    "groups": (0, [16] * 2, [ORTHOGONAL] * 2),
    "scaled": (0, [30] * 2, [HALF] * 2),
    "joined": (0, [24] * 4, [ORTHOGONAL] * 4),
    "mixed": (0, [20, 40], [ORTHOGONAL, {"scheme": "normal", "std": 0.5}]),
}


def test_orthogonal_blocks() -> None:
    """Each block is a matrix of its own, with its gain; they are no matrix with a larger gain, and no normal."""
    expected = {
        name: {"scheme": "blocks", **({"axis": axis} if axis else {}), "sizes": sizes, "init": inits}
        for name, (axis, sizes, inits) in BLOCKS.items()
    }

    assert expected == {name: tensor.init for name, tensor in traced("orthogonal_blocks").items()}


def test_the_singular_values_of_each_block(tmp_path: Path) -> None:
    """Those of the module's blocks and of the blocks that the layer-spec draws are one number."""
    (tmp_path / "m.yaml").write_text(of_class(f"{HERE}:orthogonal_blocks", {}).text)
    drawn = winitgen.generate(tmp_path / "m.yaml")
    module = {name: value.numpy() for name, value in traced_models.orthogonal_blocks().state_dict().items()}
    for name, (axis, sizes, inits) in BLOCKS.items():
        for arrays in (drawn, module):
            blocks = np.split(arrays[name], np.cumsum(sizes)[:-1], axis)
            for block in [one for one, init in zip(blocks, inits, strict=True) if init in (ORTHOGONAL, HALF)]:
                found = np.linalg.svd(block.reshape(len(block), -1), compute_uv=False)
                np.testing.assert_allclose(found, 0.5 if name == "scaled" else 1.0, rtol=1e-5)


@pytest.mark.parametrize(
    "kind", ["unit rows", "sorted", "symmetric", "skew", "heads", "principal", "overwritten"]
)
def test_values_that_depend_on_each_other(kind: str) -> None:
    """They are refused, though their distribution is that of a normal."""
    with pytest.raises(SpecError) as caught:
        traced("dependent", kind=kind)

    text = str(caught.value)
    if kind == "overwritten":
        assert (
            f"{HERE}:dependent: w: its parts are drawn by different laws (orthogonal; scheme normal, std 0.1), and are no "
            "blocks along one axis, which the scheme blocks could say; state it in the layer-spec by hand"
        ) == text
    else:
        assert (
            f"{HERE}:dependent: w: its values follow no scheme; state them in the layer-spec by hand" == text
        )
