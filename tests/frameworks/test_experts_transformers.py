"""Files with a tensor for each expert, as on Hugging Face's hub, in the classes of transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen

pytestmark = pytest.mark.slow

SIZES = {
    "vocab_size": 64,
    "hidden_size": 24,
    "intermediate_size": 40,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "num_experts_per_tok": 2,
}
ATTENTION = {"query": "q_proj", "key": "k_proj", "value": "v_proj", "output": "o_proj"}
STACKED = {"router": "gate", "gate_up": "experts.gate_up_proj", "down": "experts.down_proj"}
PROJECTIONS = {part: f"experts.{{e}}.{part}_proj" for part in ("gate", "up", "down")}
MIXTRAL = {"router": "gate", "gate": "experts.{e}.w1", "up": "experts.{e}.w3", "down": "experts.{e}.w2"}


def spec(mlp: str, norms: dict[str, int], **options: Any) -> dict[str, Any]:
    """Return a language model with 5 experts; ``norms`` are those of queries and keys, and their sizes."""
    routed = {"name": mlp, "type": "experts", "count": 5, "per_token": 2, "units": 40, **options}
    attention = {
        "name": "self_attn",
        "type": "multi_head_attention",
        "heads": 4,
        "kv_heads": 2,
        "names": ATTENTION,
    }
    beside = [
        {"name": name, "type": "param", "shape": [size], "init": "ones"} for name, size in norms.items()
    ]
    block = [
        {"type": "residual", "layers": [{"name": "input_layernorm", "type": "rms_norm"}, attention, *beside]},
        {"type": "residual", "layers": [{"name": "post_attention_layernorm", "type": "rms_norm"}, routed]},
    ]
    return {
        "input": {"tokens": 8},
        "defaults": {"init": {"scheme": "normal", "std": 0.02}, "use_bias": False},
        "layers": [
            {"name": "model.embed_tokens", "type": "embedding", "count": 64, "dim": 24},
            {"type": "repeat", "times": 2, "name": "model.layers.{i}", "layers": block},
            {"name": "model.norm", "type": "rms_norm"},
            {"name": "lm_head", "type": "dense", "units": 64},
        ],
    }


def loaded(kind: Any, config: Any, source: dict[str, Any], folder: Path) -> Any:
    """Return a model that reads the file of a spec, of which nothing may be missing or unused."""
    config.save_pretrained(folder)
    winitgen.write(source, folder / "model.safetensors", fsync=False)
    model, report = kind.from_pretrained(folder, output_loading_info=True)
    assert [[], [], []] == [
        list(report[key]) for key in ("missing_keys", "unexpected_keys", "mismatched_keys")
    ]
    return model


def test_olmoe(transformers: Any, tmp_path: Path) -> None:
    """A file of separate experts gives, bit for bit, the stacked kernels of the spec that stacks them."""
    norms = {"self_attn.q_norm.weight": 24, "self_attn.k_norm.weight": 12}
    config = transformers.OlmoeConfig(**SIZES, num_experts=5, pad_token_id=0)
    separate = spec("mlp", norms, names={"router": "gate", **PROJECTIONS})
    stacked = spec("mlp", norms, stacked=True, fused=True, names=STACKED)
    state = loaded(transformers.OlmoeForCausalLM, config, separate, tmp_path).state_dict()
    expected = winitgen.generate(stacked)

    assert set(expected) == set(state)
    assert [] == [name for name, array in expected.items() if not np.array_equal(array, state[name].numpy())]


def test_mixtral(transformers: Any, tmp_path: Path) -> None:
    """A file with Mixtral's names is read whole: w1 is the first half of gate_up, w3 the second, w2 is down."""
    config = transformers.MixtralConfig(**SIZES, num_local_experts=5)
    source = spec("block_sparse_moe", {}, names=MIXTRAL)
    state = loaded(transformers.MixtralForCausalLM, config, source, tmp_path).state_dict()
    drawn = winitgen.generate(source)
    path = "model.layers.1.block_sparse_moe.experts.3"
    gate_up, down = (
        state[f"model.layers.1.mlp.experts.{name}_proj"][3].numpy() for name in ("gate_up", "down")
    )

    assert np.array_equal(np.concatenate([drawn[f"{path}.{name}.weight"] for name in ("w1", "w3")]), gate_up)
    assert np.array_equal(drawn[f"{path}.w2.weight"], down)
