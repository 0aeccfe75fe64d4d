"""Norms that multiply by 1 + their scale in the layouts: PyTorch's models have them, the others say why not."""

import pytest

import winitgen

SPEC = {
    "input": [7, 4],
    "layers": [
        {"name": "a", "type": "layer_norm", "unit_offset": True},
        {"name": "b", "type": "rms_norm", "unit_offset": True},
    ],
}


@pytest.mark.parametrize(("layout", "framework"), [("keras", "Keras"), ("flax", "Flax"), ("nnx", "Flax")])
def test_refused(layout: str, framework: str) -> None:
    """Each norm is refused with what to do instead."""
    with pytest.raises(winitgen.SpecError) as caught:
        winitgen.plan(SPEC, layout=layout)

    message = (
        f"{framework}'s norms multiply by the scale itself; use the torch layout, or leave unit_offset out"
    )
    assert [message, message] == [mistake.message for mistake in caught.value.mistakes]


def test_the_torch_layout() -> None:
    """In PyTorch's layout the scales are weights of 0, and the shift is one too."""
    found = winitgen.generate(SPEC)

    assert {"a.weight": 0.0, "a.bias": 0.0, "b.weight": 0.0} == {
        name: float(array.max()) for name, array in found.items()
    }
