"""A signal through a patch embedding under `auto`, forward and backward."""

import pytest

import winitgen

PATCH = {"name": "patch", "type": "conv2d", "filters": 768, "kernel_size": 16, "strides": 16}


@pytest.mark.parametrize(
    ("quirks", "forward"),
    [
        pytest.param("none", 1.0, id="fan_out 768"),
        pytest.param(
            "torch", 0.0882, id="fan_out 196608, as PyTorch counts"
        ),  # sqrt(768 * 2 / (768 + 196608))
    ],
)
def test_a_patch_embedding_keeps_the_signal(quirks: str, forward: float) -> None:
    """Each of 768 inputs reaches 768 outputs: Xavier's std is sqrt(2 / 1536), and the output's is 1."""
    spec = {"input": [3, 32, 32], "layers": [{**PATCH, "quirks": quirks}]}
    layer = winitgen.probe(spec, samples=64)["runs"][0]["layers"][0]

    assert [forward, forward] == pytest.approx([layer["pre"]["std"], layer["pre"]["predicted_std"]], rel=0.02)


def test_a_patch_embedding_keeps_the_gradient() -> None:
    """Backward, 768 units of a patch reach each of 200 inputs of it: the gradient's std is sqrt(768 / 484)."""
    layers = [
        {"name": "before", "type": "conv2d", "filters": 2, "kernel_size": 1},
        {**PATCH, "kernel_size": 10, "strides": 10},
    ]
    before = winitgen.probe({"input": [3, 40, 40], "layers": layers}, samples=64)["runs"][0]["layers"][0]

    # fan_in 200 and fan_out 768, so var W = 2 / 968, and each input's gradient is a sum of 768 terms.
    assert 1.2597 == pytest.approx(before["gradient"]["std"], rel=0.02)
