"""Attention as in Hugging Face's models: whole models from one spec, loaded strictly and with the same outputs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.frameworks.autograd import close
from tests.frameworks.fresh import scatter
from tests.probing.whole_model import signals
from winitgen.probing.operations.relative_positions import bucket_index

SMALL = {"layers": 2, "d": 24, "heads": 3, "hidden": 40, "vocabulary": 50}
OWN = {
    "t5-small": {"head_dim": 6},
    "whisper-tiny": {"bands": 10, "frames": 60, "text": 40, "padding": 3},
}
"""Sizes at which the examples are compared; heads and head_dim do not multiply to d."""


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize(("buckets", "most"), [(32, 128), (16, 64), (12, 384), (32, 100)])
def test_buckets_of_t5(buckets: int, most: int, bidirectional: bool, torch: Any, transformers: Any) -> None:
    """Buckets computed in whole numbers are those that T5 computes by logarithms, at exact edges too."""
    attention = transformers.models.t5.modeling_t5.T5Attention
    offset = torch.arange(300)[None] - torch.arange(300)[:, None]
    expected = attention._relative_position_bucket(offset, bidirectional, buckets, most)
    own = torch.tensor(bucket_index(300, buckets, most, bidirectional=bidirectional))

    assert [] == offset[expected != own].unique().tolist()


def t5(transformers: Any, **sizes: int) -> Any:
    """Return Hugging Face's T5 of some sizes."""
    config = transformers.T5Config(
        vocab_size=sizes["vocabulary"],
        d_model=sizes["d"],
        d_kv=sizes["head_dim"],
        d_ff=sizes["hidden"],
        num_layers=sizes["layers"],
        num_heads=sizes["heads"],
    )
    return transformers.T5ForConditionalGeneration(config).eval()


def whisper(transformers: Any, **sizes: int) -> Any:
    """Return Hugging Face's Whisper of some sizes; its special tokens must lie in the vocabulary."""
    config = transformers.WhisperConfig(
        vocab_size=sizes["vocabulary"],
        d_model=sizes["d"],
        num_mel_bins=sizes["bands"],
        max_source_positions=sizes["frames"] // 2,
        max_target_positions=sizes["text"],
        pad_token_id=sizes["padding"],
        bos_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=1,
        begin_suppress_tokens=None,
        **{f"{side}_layers": sizes["layers"] for side in ("encoder", "decoder")},
        **{f"{side}_attention_heads": sizes["heads"] for side in ("encoder", "decoder")},
        **{f"{side}_ffn_dim": sizes["hidden"] for side in ("encoder", "decoder")},
    )
    return transformers.WhisperForConditionalGeneration(config).eval()


MODELS: dict[str, Callable[..., Any]] = {"t5-small": t5, "whisper-tiny": whisper}


def inputs_of(name: str, sizes: dict[str, int]) -> dict[str, np.ndarray]:
    """Return three samples for an example."""
    random = np.random.default_rng(0)
    tokens = {key: random.integers(0, sizes["vocabulary"], (3, n)) for key, n in (("a", 32), ("b", 24))}
    if name == "t5-small":
        return {"input_ids": tokens["a"], "decoder_input_ids": tokens["b"]}
    spectrogram = random.normal(size=(3, sizes["bands"], sizes["frames"])).astype(np.float32)
    return {"input_features": spectrogram, "decoder_input_ids": tokens["a"]}


@pytest.mark.parametrize("name", MODELS)
def test_outputs_agree(
    name: str, torch: Any, transformers: Any, fill: Callable[..., Any], specs: Path
) -> None:
    """Every tensor has its place in the real class, and a probe's signal ends in the class's logits."""
    sizes = {**SMALL, **OWN[name]}
    spec = winitgen.load_spec(specs / f"{name}.yaml", variables=sizes)
    model, inputs = fill(MODELS[name](transformers, **sizes), spec), inputs_of(name, sizes)
    with torch.no_grad():
        expected = model(**{key: torch.tensor(array) for key, array in inputs.items()}).logits.numpy()
    found = signals(spec, inputs, "float32")
    out = found["lm_head" if name == "t5-small" else "proj_out"]

    close(expected, out.astype(np.float32), "float32")


@pytest.mark.parametrize("name", MODELS)
def test_values_are_spread_as_in_a_fresh_model(name: str, transformers: Any, specs: Path) -> None:
    """Standard deviations of large tensors, and of Whisper's sinusoids, are those of the class."""
    sizes = {"t5-small": {"d": 256, "head_dim": 32, "heads": 8, "hidden": 300, "vocabulary": 100}}.get(
        name,
        {"d": 192, "heads": 6, "hidden": 300, "vocabulary": 100, "bands": 80, "frames": 400, "text": 200},
    ) | {"layers": 1, **({"padding": 3} if name == "whisper-tiny" else {})}
    own = winitgen.generate(winitgen.load_spec(specs / f"{name}.yaml", variables=sizes))
    fresh = MODELS[name](transformers, **sizes).state_dict()
    large = {key: tensor for key, tensor in fresh.items() if tensor.numel() > 15_000}

    assert len(large) > 10
    assert {
        key: pytest.approx(tensor.std().item(), rel=scatter(tensor)) for key, tensor in large.items()
    } == {key: own[key].std() for key in large}


def language_model(attention: dict[str, Any], *, before: bool) -> dict[str, Any]:
    """Return a small language model whose norms come ``before`` its layers, or after them."""
    drawn = {"type": "rms_norm", "epsilon": 1e-6, "init": {"scheme": "normal", "mean": 1, "std": 0.2}}
    inner, behind = {**drawn, "name": "input_layernorm"}, {**drawn, "name": "post_attention_layernorm"}
    last = {**drawn, "name": "post_feedforward_layernorm"}
    attend = {
        "name": "self_attn",
        "type": "multi_head_attention",
        "heads": 4,
        "kv_heads": 2,
        "head_dim": 6,
        "causal": True,
        "rotary": 10000,
        "use_bias": False,
        "names": {"query": "q_proj", "key": "k_proj", "value": "v_proj", "output": "o_proj"},
        **attention,
    }
    if "query_key_norm" in attention:
        attend |= {
            "epsilon": 1e-6,
            "names": {**attend["names"], "query_norm": "q_norm", "key_norm": "k_norm"},
        }
    names = {"gate": "gate_proj", "up": "up_proj", "down": "down_proj"}
    feed = {"name": "mlp", "type": "gated_mlp", "units": 40, "use_bias": False, "names": names}
    parts = [[inner, attend], [behind, feed]] if before else [[attend, behind], [feed, last]]
    blocks = {
        "type": "repeat",
        "name": "layers.{i}",
        "times": 2,
        "layers": [{"type": "residual", "layers": layers} for layers in parts],
    }
    words = {"name": "embed_tokens", "type": "embedding", "count": 50, "dim": 24}
    body = {"type": "group", "name": "model", "layers": [words, blocks, {**drawn, "name": "norm"}]}
    norms = {"match": "*.?_norm/gamma", "init": {"scheme": "normal", "mean": 1, "std": 0.2}}
    biases = {"match": "*/bias", "init": {"scheme": "normal", "std": 0.3}}
    return {
        "input": {"tokens": 9},
        "rules": [norms if "query_key_norm" in attention else biases],
        "layers": [body, {"name": "lm_head", "type": "dense", "units": 50, "use_bias": False}],
    }


LANGUAGE_MODELS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "Qwen3": ({"query_key_norm": "rms_norm"}, {"head_dim": 6}),
    "Olmo2": ({"query_key_norm": "rms_norm", "norm_over": "width"}, {"head_dim": 6}),
    "Qwen2": ({"use_bias": ["query", "key", "value"]}, {"head_dim": 6}),
}
"""The options of an attention in the spec, and further ones of the class's configuration."""


@pytest.mark.parametrize("name", LANGUAGE_MODELS)
def test_language_models(name: str, torch: Any, transformers: Any, fill: Callable[..., Any]) -> None:
    """Norms of queries and keys, biases of some parts and rotary positions are those of the real classes."""
    attention, options = LANGUAGE_MODELS[name]
    spec = language_model(attention, before=name != "Olmo2")
    config = getattr(transformers, f"{name}Config")(
        vocab_size=50,
        hidden_size=24,
        intermediate_size=40,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        rms_norm_eps=1e-6,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        **options,
    )
    model = fill(getattr(transformers, f"{name}ForCausalLM")(config).eval(), spec)
    tokens = np.random.default_rng(0).integers(0, 50, (3, 9))
    with torch.no_grad():
        expected = model(torch.tensor(tokens)).logits.numpy()

    close(expected, signals(spec, {"": tokens}, "float32")["lm_head"], "float32")
