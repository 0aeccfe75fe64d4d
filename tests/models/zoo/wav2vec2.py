"""wav2vec 2.0: convolutions over sound, a convolution for the positions under a weight norm (Baevski et al. 2020)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [1, 400]
defaults: {init: {scheme: normal, std: 0.02}, bias_init: zeros}
vars: {d: 32, taps: 6, features: 20}
layers:
  - type: repeat
    over: [{filters: 16, size: 10, step: 5}, {filters: 16, size: 3, step: 2}, {filters: 20, size: 2, step: 2}]
    name: feature_extractor.conv_layers.{i}
    layers:
      - {name: conv, type: conv1d, filters: "${filters}", kernel_size: "${size}", strides: "${step}", use_bias: false, init: he}
      - {name: layer_norm, type: group_norm, groups: 16, when: "${i == 0}"}
      - {type: activation, activation: gelu}
  - {type: permute, axes: [1, 0]}
  - {name: feature_projection.layer_norm, type: layer_norm}
  - name: feature_projection.projection
    type: dense
    units: ${d}
    init: {scheme: uniform, low: "${-1 / sqrt(features)}", high: "${1 / sqrt(features)}"}
    bias_init: {scheme: uniform, low: "${-1 / sqrt(features)}", high: "${1 / sqrt(features)}"}
  - type: residual
    layers:
      - {type: permute, axes: [1, 0]}
      - name: encoder.pos_conv_embed.conv
        type: conv1d
        filters: ${d}
        kernel_size: ${taps}
        padding: ${taps // 2}
        groups: 4
        kernel_norm: {type: weight_norm, axis: 2}
        init: {scheme: lecun_uniform, gain: "${1 / sqrt(3)}"}
      - {type: slice, axis: 1, stop: -1}
      - {type: activation, activation: gelu}
      - {type: permute, axes: [1, 0]}
  - {name: encoder.layer_norm, type: layer_norm}
  - type: repeat
    times: 2
    name: encoder.layers.{i}
    layers:
      - type: residual
        layers:
          - {name: attention, type: multi_head_attention, heads: 4, names: {query: q_proj, key: k_proj, value: v_proj, output: out_proj}}
      - {name: layer_norm, type: layer_norm}
      - type: residual
        layers:
          - {name: feed_forward.intermediate_dense, type: dense, units: 56, activation: gelu}
          - {name: feed_forward.output_dense, type: dense, units: "${d}"}
      - {name: final_layer_norm, type: layer_norm}
"""


def build(transformers: Any) -> Any:
    """Return a small wav2vec 2.0 that masks nothing."""
    config = transformers.Wav2Vec2Config(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=56,
        conv_dim=(16, 16, 20),
        conv_kernel=(10, 3, 2),
        conv_stride=(5, 2, 2),
        num_conv_pos_embeddings=6,
        num_conv_pos_embedding_groups=4,
        mask_time_prob=0.0,
        mask_feature_prob=0.0,
        layerdrop=0.0,
        attention_dropout=0.0,
    )
    return transformers.Wav2Vec2Model(config)


def call(model: Any, sound: Any) -> Any:
    """Return the last states."""
    return model(sound[:, 0]).last_hidden_state


MODEL = RealModel(SPEC, build, call, "transformers")
