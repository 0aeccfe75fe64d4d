"""Perceiver: latents attend to many inputs, then to themselves, with the same weights again (Jaegle et al. 2021)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [40, 7]
vars: {d: 24, latents: 6}
defaults: {preset: torch}
rules:
  - {match: "*", type: multi_head_attention, init: {scheme: lecun_uniform, gain: "${1 / sqrt(3)}"}}
layers:
  - {name: latents, type: queries, count: "${latents}", dim: "${d}", init: normal}
  - {name: norm_context, type: layer_norm, from: input}
  - type: group
    name: layers.0
    from: latents
    layers:
      - type: residual
        name: cross
        layers:
          - {name: norm, type: layer_norm}
          - {name: attn, type: multi_head_attention, heads: 2, head_dim: 5, source: norm_context, use_bias: [output], names: {query: to_q, key: to_k, value: to_v, output: to_out}}
      - type: residual
        name: cross_ff
        layers: &feed_forward
          - {name: norm, type: layer_norm}
          - {name: "net.0", type: dense, units: "${2 * 4 * d}"}
          - {name: halves, type: split, parts: [value, gate], axis: -1}
          - {name: gelu, type: activation, activation: gelu, from: halves.gate}
          - {name: gated, type: multiply, from: [halves.value, gelu]}
          - {name: "net.2", type: dense, units: "${d}"}
      - type: residual
        name: latent
        layers:
          - {name: norm, type: layer_norm}
          - {name: attn, type: multi_head_attention, heads: 3, use_bias: [output], names: {query: to_q, key: to_k, value: to_v, output: to_out}}
      - {type: residual, name: latent_ff, layers: *feed_forward}
  - {name: pooled, type: mean, axis: 0}
  - {name: to_logits.1, type: layer_norm}
  - {name: to_logits.2, type: dense, units: 9}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn
    functional = nn.functional

    class Attention(nn.Module):  # type: ignore[misc]
        def __init__(self, context: int, heads: int, width: int) -> None:
            super().__init__()
            self.norm, self.heads, self.attn = nn.LayerNorm(24), heads, nn.Module()
            self.attn.to_q = nn.Linear(24, width, bias=False)
            self.attn.to_k = nn.Linear(context, width, bias=False)
            self.attn.to_v = nn.Linear(context, width, bias=False)
            self.attn.to_out = nn.Linear(width, 24)

        def forward(self, x: Any, context: Any = None) -> Any:
            y = self.norm(x)
            other = y if context is None else context
            parts = self.attn.to_q(y), self.attn.to_k(other), self.attn.to_v(other)
            parts = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts)
            found = functional.scaled_dot_product_attention(*parts)
            return x + self.attn.to_out(found.transpose(1, 2).flatten(2))

    class FeedForward(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.norm = nn.LayerNorm(24)
            self.net = nn.ModuleDict({"0": nn.Linear(24, 192), "2": nn.Linear(96, 24)})

        def forward(self, x: Any) -> Any:
            value, gate = self.net["0"](self.norm(x)).chunk(2, -1)
            return x + self.net["2"](value * functional.gelu(gate))

    layer = {
        "cross": Attention(7, 2, 10),
        "cross_ff": FeedForward(),
        "latent": Attention(24, 3, 24),
        "latent_ff": FeedForward(),
    }
    model = nn.Module()
    model.latents = nn.Parameter(torch.randn(6, 24))
    model.norm_context = nn.LayerNorm(7)
    model.layers = nn.ModuleList([nn.ModuleDict(layer)])
    model.to_logits = nn.ModuleDict({"1": nn.LayerNorm(24), "2": nn.Linear(24, 9)})
    return model


def call(model: Any, data: Any) -> Any:
    """Return the scores of each class."""
    layer, x = model.layers[0], model.latents.expand(len(data), -1, -1)
    x = layer["cross_ff"](layer["cross"](x, model.norm_context(data)))
    x = layer["latent_ff"](layer["latent"](x))
    return model.to_logits["2"](model.to_logits["1"](x.mean(1)))


MODEL = RealModel(SPEC, build, call)
