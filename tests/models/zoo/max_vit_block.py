"""MaxViT's block: an inverted residual, then attention in windows and attention over a grid (Tu et al. 2022)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [12, 12, 12]
vars: {d: 16, inside: 32, squeezed: 4, side: 6, cells: 2, part: 3}
defaults: {preset: torch}
rules:
  - {match: "*", type: multi_head_attention, init: {scheme: lecun_uniform, gain: "${1 / sqrt(3)}"}}
layers:
  - type: residual
    name: layers.MBconv
    layers:
      - {name: layers.pre_norm, type: batch_norm}
      - {name: layers.conv_a.0, type: conv2d, filters: "${inside}", kernel_size: 1, use_bias: false}
      - {name: layers.conv_a.1, type: batch_norm, activation: gelu}
      - {name: layers.conv_b.0, type: depthwise_conv2d, kernel_size: 3, strides: 2, padding: 1, use_bias: false}
      - {name: layers.conv_b.1, type: batch_norm, activation: gelu}
      - {name: squeeze, type: mean, axis: [1, 2], keep: true}
      - {name: layers.squeeze_excitation.fc1, type: conv2d, filters: "${squeezed}", kernel_size: 1, activation: silu}
      - {name: layers.squeeze_excitation.fc2, type: conv2d, filters: "${inside}", kernel_size: 1, activation: sigmoid}
      - {name: excited, type: multiply, from: [layers.conv_b.1, layers.squeeze_excitation.fc2]}
      - {name: layers.conv_c, type: conv2d, filters: "${d}", kernel_size: 1}
    shortcut:
      - {type: avg_pool2d, pool_size: 3, strides: 2, padding: 1}
      - {name: proj.1, type: conv2d, filters: "${d}", kernel_size: 1}
  - {type: permute, axes: [1, 2, 0]}
  - type: repeat
    over: [false, true]
    as: grid
    name: "layers.${'grid' if grid else 'window'}_attention"
    layers:
      - {type: reshape, shape: ["${part}", "${cells}", "${part}", "${cells}", "${d}"], when: "${grid}"}
      - {type: permute, axes: [1, 0, 3, 2, 4], when: "${grid}"}
      - {type: reshape, shape: ["${side}", "${side}", "${d}"], when: "${grid}"}
      - type: residual
        layers:
          - {name: attn_layer.0, type: layer_norm}
          - {name: attn_layer.1.relative_position_bias_table, type: position_bias, heads: 4, window: &window ["${part}", "${part}"]}
          - name: attn_layer.1.relative_position_index
            type: param
            shape: ["${part ** 2}", "${part ** 2}"]
            dtype: int64
            init: {scheme: relative_position_index, window: *window}
          - name: attn_layer.1
            type: multi_head_attention
            heads: 4
            fused: true
            window: *window
            score_scale: ${1 / sqrt(d)}
            position_bias: attn_layer.1.relative_position_bias_table
            names: {qkv: to_qkv, output: merge}
      - type: residual
        layers:
          - {name: mlp_layer.0, type: layer_norm}
          - {name: mlp_layer.1, type: dense, units: "${2 * d}", activation: gelu}
          - {name: mlp_layer.3, type: dense, units: "${d}"}
      - {type: reshape, shape: ["${cells}", "${part}", "${cells}", "${part}", "${d}"], when: "${grid}"}
      - {type: permute, axes: [1, 0, 3, 2, 4], when: "${grid}"}
      - {type: reshape, shape: ["${side}", "${side}", "${d}"], when: "${grid}"}
  - {type: permute, axes: [2, 0, 1]}
"""


def build(torchvision: Any) -> Any:
    """Return torchvision's layer, which halves the map."""
    from torch import nn

    return torchvision.models.maxvit.MaxVitLayer(
        in_channels=12,
        out_channels=16,
        squeeze_ratio=0.25,
        expansion_ratio=2,
        stride=2,
        norm_layer=nn.BatchNorm2d,
        activation_layer=nn.GELU,
        head_dim=4,
        mlp_ratio=2,
        mlp_dropout=0.0,
        attention_dropout=0.0,
        p_stochastic_dropout=0.0,
        partition_size=3,
        grid_size=(6, 6),
    )


MODEL = RealModel(
    SPEC,
    build,
    package="torchvision",
    aside=tuple(
        f"layers.{kind}_attention.attn_layer.1.relative_position_index" for kind in ("window", "grid")
    ),
)
