"""Sinusoids against the tables that the authors' own classes make."""

from collections.abc import Callable
from typing import Any

import pytest


def test_whisper(torch: Any, transformers: Any, fill: Callable[..., Any], tmp_path: Any) -> None:
    """The table of Hugging Face's Whisper encoder."""
    sinusoids = transformers.models.whisper.modeling_whisper.sinusoids
    module = torch.nn.Module()
    module.embed_positions = torch.nn.Embedding(1500, 384)
    init = {"scheme": "sinusoidal", "order": "halves", "endpoint": True}
    layer = {
        "name": "embed_positions",
        "type": "positional_embedding",
        "count": 1500,
        "dim": 384,
        "init": init,
    }
    fill(module, {"input": [1500, 384], "layers": [layer]})

    theirs, ours = sinusoids(1500, 384), module.embed_positions.weight.detach()
    torch.testing.assert_close(theirs, ours, atol=1500 * 2.0**-23, rtol=0)  # its angles are float32


def test_marian(torch: Any, transformers: Any, weights: Callable[..., Any]) -> None:
    """Marian's table has halves whose last frequency is not 1 / base."""
    marian = transformers.models.marian.modeling_marian.MarianSinusoidalPositionalEmbedding(60, 24)
    init = {"scheme": "sinusoidal", "order": "halves"}
    layer = {"name": "p", "type": "positional_embedding", "count": 60, "dim": 24, "init": init}
    own = weights({"input": [60, 24], "layers": [layer]})

    torch.testing.assert_close(marian.create_weight(), own["p.weight"], atol=60 * 2.0**-24, rtol=0)


@pytest.mark.parametrize("shape", [[1, 500, 16], [500, 1, 16]])
def test_buffer_of_positions(torch: Any, fill: Callable[..., Any], shape: list[int]) -> None:
    """A module with its table in a buffer, for batches first or second, loads it strictly under its own name."""
    module = torch.nn.Module()
    module.pos_encoder = torch.nn.Module()
    module.pos_encoder.register_buffer("pe", torch.zeros(shape))
    module.out = torch.nn.Linear(16, 3)
    layers = [
        {"name": "pos_encoder.pe", "type": "sinusoidal_embedding", "shape": shape},
        {"name": "out", "type": "dense", "units": 3},
    ]
    fill(module, {"input": [40, 16], "layers": layers})
    angles = torch.arange(500.0).double()[:, None] * 10000.0 ** (-torch.arange(0, 16, 2).double() / 16)
    table = torch.stack([angles.sin(), angles.cos()], 2).flatten(1)

    torch.testing.assert_close(table.float().reshape(shape), module.pos_encoder.pe, atol=1e-6, rtol=0)


@pytest.mark.parametrize("scheme", [{"order": "halves", "endpoint": True}, {}])
def test_statistics_of_another_programs_table(torch: Any, tmp_path: Any, scheme: dict[str, Any]) -> None:
    """A table computed in float32 agrees with the plan; one with another base does not."""
    from safetensors.torch import save_file

    import winitgen

    init = {"scheme": "sinusoidal", **scheme}
    spec = {"layers": [{"name": "p", "type": "param", "shape": [1500, 64], "init": init}]}
    last = 31 if scheme else 32
    verdicts = []
    for base in (10000.0, 9000.0):
        angles = torch.arange(1500.0)[:, None] * base ** (-torch.arange(32.0) / last)
        pair = [angles.sin(), angles.cos()]
        table = torch.cat(pair, 1) if scheme else torch.stack(pair, 2).flatten(1)
        save_file({"p": table.contiguous()}, tmp_path / "w.safetensors")
        verdicts.append(winitgen.verify(tmp_path / "w.safetensors", spec, statistics=True)["verdict"])

    assert ["agrees", "differs"] == verdicts
