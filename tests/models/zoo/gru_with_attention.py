"""A GRU that attends to the states of another, which has read the source (after Bahdanau et al. 2015)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: {source: {tokens: 9}, target: {tokens: 6}}
vars: {d: 12, units: 16}
defaults: {preset: torch}
layers:
  - type: group
    name: encoder
    from: source
    layers:
      - {name: embedding, type: embedding, count: 60, dim: "${d}"}
      - {name: gru, type: gru, units: "${units}", bidirectional: true, return_sequences: true}
  - type: group
    name: decoder
    from: target
    layers:
      - {name: embedding, type: embedding, count: 70, dim: "${d}"}
      - {name: gru, type: gru, units: "${units}", return_sequences: true}
      - {name: attention, type: multi_head_attention, heads: 1, source: encoder, fused: true, names: {qkv: in_proj, query: q_proj, key: k_proj, value: v_proj, output: out_proj}}
      - {name: both, type: concat, from: [gru, attention], axis: -1}
      - {name: combine, type: dense, units: "${units}", activation: tanh}
      - {name: out, type: dense, units: 70}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn
    encoder = {
        "embedding": nn.Embedding(60, 12),
        "gru": nn.GRU(12, 16, batch_first=True, bidirectional=True),
    }
    decoder = {
        "embedding": nn.Embedding(70, 12),
        "gru": nn.GRU(12, 16, batch_first=True),
        "attention": nn.MultiheadAttention(16, 1, batch_first=True, kdim=32, vdim=32),
        "combine": nn.Linear(32, 16),
        "out": nn.Linear(16, 70),
    }
    return nn.ModuleDict({"encoder": nn.ModuleDict(encoder), "decoder": nn.ModuleDict(decoder)})


def call(model: Any, source: Any, target: Any) -> Any:
    """Return the scores of the next word at each position; the decoder starts from zeros."""
    import torch

    encoder, decoder = model["encoder"], model["decoder"]
    memory, _ = encoder["gru"](encoder["embedding"](source))
    states, _ = decoder["gru"](decoder["embedding"](target))
    found, _ = decoder["attention"](states, memory, memory)
    return decoder["out"](decoder["combine"](torch.cat([states, found], -1)).tanh())


MODEL = RealModel(SPEC, build, call)
