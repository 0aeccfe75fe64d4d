"""PyTorch's own attention (Vaswani et al. 2017)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [9, 20]
defaults: {preset: torch}
layers:
  - {name: attention, type: multi_head_attention, heads: 5, fused: true, names: {qkv: in_proj, output: out_proj}}
rules:
  - {match: "*.out_proj/bias", init: zeros}
"""


def build(torch: Any) -> Any:
    """Return the module by name."""
    return torch.nn.ModuleDict({"attention": torch.nn.MultiheadAttention(20, 5, batch_first=True)})


def call(model: Any, x: Any) -> Any:
    """Return what each position gathers."""
    return model["attention"](x, x, x, need_weights=False)[0]


MODEL = RealModel(SPEC, build, call)
