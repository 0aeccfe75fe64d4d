"""SegFormer's encoder: keys and values of a smaller map, a depthwise convolution in the MLP (Xie et al. 2021)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 32, 48]
vars: {sides: [[8, 12], [4, 6]]}
defaults: {init: {scheme: normal, std: 0.02}, bias_init: zeros}
layers:
  - type: repeat
    over: [{d: 16, size: 7, step: 4, heads: 2, reduction: 2}, {d: 24, size: 3, step: 2, heads: 3, reduction: 1}]
    index: s
    name: stages.{s}
    vars: {height: "${sides[s][0]}", width: "${sides[s][1]}", places: "${height * width}"}
    layers:
      - {name: patch_embeddings.proj, type: conv2d, filters: "${d}", kernel_size: "${size}", strides: "${step}", padding: "${size // 2}"}
      - {type: reshape, shape: ["${d}", "${places}"]}
      - {type: permute, axes: [1, 0]}
      - {name: patch_embeddings.layer_norm, type: layer_norm}
      - type: repeat
        times: 2
        name: blocks.{i}
        layers:
          - type: residual
            layers:
              - {name: layernorm_before, type: layer_norm}
              - type: group
                when: ${reduction > 1}
                layers:
                  - {type: permute, axes: [1, 0]}
                  - {type: reshape, shape: ["${d}", "${height}", "${width}"]}
                  - {name: attention.sequence_reduction.sequence_reduction, type: conv2d, filters: "${d}", kernel_size: "${reduction}", strides: "${reduction}"}
                  - {type: reshape, shape: ["${d}", "${places // reduction ** 2}"]}
                  - {type: permute, axes: [1, 0]}
                  - {name: attention.sequence_reduction.layer_norm, type: layer_norm}
              - name: attention
                type: multi_head_attention
                heads: ${heads}
                from: layernorm_before
                source: "${'attention.sequence_reduction.layer_norm' if reduction > 1 else 'layernorm_before'}"
                names: {query: q_proj, key: k_proj, value: v_proj, output: o_proj}
          - type: residual
            layers:
              - {name: layernorm_after, type: layer_norm}
              - {name: mlp.fc1, type: dense, units: "${2 * d}"}
              - {type: permute, axes: [1, 0]}
              - {type: reshape, shape: ["${2 * d}", "${height}", "${width}"]}
              - {name: mlp.dwconv.dwconv, type: depthwise_conv2d, kernel_size: 3, padding: 1, activation: gelu}
              - {type: reshape, shape: ["${2 * d}", "${places}"]}
              - {type: permute, axes: [1, 0]}
              - {name: mlp.fc2, type: dense, units: "${d}"}
      - {name: layer_norm, type: layer_norm}
      - {type: permute, axes: [1, 0]}
      - {type: reshape, shape: ["${d}", "${height}", "${width}"]}
"""


def build(transformers: Any) -> Any:
    """Return the encoder of a small SegFormer."""
    config = transformers.SegformerConfig(
        num_encoder_blocks=2,
        depths=[2, 2],
        sr_ratios=[2, 1],
        hidden_sizes=[16, 24],
        patch_sizes=[7, 3],
        strides=[4, 2],
        num_attention_heads=[2, 3],
        mlp_ratios=[2, 2],
        drop_path_rate=0.0,
    )
    return transformers.SegformerModel(config)


def call(model: Any, image: Any) -> Any:
    """Return the last map."""
    return model(image).last_hidden_state


MODEL = RealModel(SPEC, build, call, "transformers")
