"""Normalised kernels in the layouts: PyTorch has them, the others say why not."""

import pytest

import winitgen

SPEC = {
    "input": 4,
    "layers": [
        {"name": "a", "type": "dense", "units": 4, "kernel_norm": "weight_norm"},
        {"name": "b", "type": "dense", "units": 4, "kernel_norm": "spectral_norm"},
    ],
}


@pytest.mark.parametrize(("layout", "framework"), [("keras", "Keras"), ("flax", "Flax"), ("nnx", "Flax")])
def test_refused(layout: str, framework: str) -> None:
    """Each layer is named with its norm, and what to do instead."""
    with pytest.raises(winitgen.SpecError) as caught:
        winitgen.plan(SPEC, layout=layout)

    assert [
        f"{framework} keeps other parts of a {norm} than PyTorch; use the torch layout, or leave kernel_norm out"
        for norm in ("weight_norm", "spectral_norm")
    ] == [mistake.message for mistake in caught.value.mistakes]


def test_the_torch_layout() -> None:
    """In PyTorch's layout they are tensors like others."""
    assert 7 == len(winitgen.generate(SPEC))
