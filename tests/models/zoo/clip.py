"""CLIP: a tower for images, a causal one for text, and a projection of each (Radford et al. 2021)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: {text: {tokens: 9}, image: [3, 24, 24]}
vars: {text_d: 32, image_d: 48, text_layers: 2, image_layers: 3, shared: 20}
defaults: {bias_init: zeros}
outputs: [logit_scale, visual_projection]
rules:
  - {match: "text_model.encoder.*", role: kernel, init: {scheme: normal, std: "${1 / sqrt(text_d * 2 * text_layers)}"}}
  - {match: "text_model.encoder.*.out_proj/kernel", init: {scheme: normal, std: "${1 / sqrt(text_d)}"}}
  - {match: "text_model.encoder.*.fc1/kernel", init: {scheme: normal, std: "${1 / sqrt(2 * text_d)}"}}
  - {match: "vision_model.encoder.*", role: kernel, init: {scheme: normal, std: "${1 / sqrt(image_d * 2 * image_layers)}"}}
  - {match: "vision_model.encoder.*.out_proj/kernel", init: {scheme: normal, std: "${1 / sqrt(image_d)}"}}
  - {match: "vision_model.encoder.*.fc1/kernel", init: {scheme: normal, std: "${1 / sqrt(2 * image_d)}"}}
layers:
  - type: group
    name: text_model
    from: text
    layers:
      - {name: embeddings.token_embedding, type: embedding, count: 300, dim: "${text_d}", init: {scheme: normal, std: 0.02}}
      - {name: embeddings.position_embedding, type: positional_embedding, count: 12, dim: "${text_d}", init: {scheme: normal, std: 0.02}}
      - type: repeat
        times: ${text_layers}
        name: encoder.layers.{i}
        layers:
          - type: residual
            layers:
              - {name: layer_norm1, type: layer_norm}
              - {name: self_attn, type: multi_head_attention, heads: 4, causal: true, names: &names {query: q_proj, key: k_proj, value: v_proj, output: out_proj}}
          - type: residual
            layers:
              - {name: layer_norm2, type: layer_norm}
              - {name: mlp.fc1, type: dense, units: "${4 * text_d}", activation: quick_gelu}
              - {name: mlp.fc2, type: dense, units: "${text_d}"}
      - {name: final_layer_norm, type: layer_norm}
  - {name: last, type: select, index: -1}
  - {name: text_projection, type: dense, units: "${shared}", use_bias: false, init: {scheme: normal, std: "${1 / sqrt(text_d)}"}}
  - {name: logit_scale, type: scale, axis: [], init: {scheme: constant, value: 2.6592}}
  - type: group
    name: vision_model
    from: image
    layers:
      - {name: embeddings.patch_embedding, type: conv2d, filters: "${image_d}", kernel_size: 8, strides: 8, use_bias: false, init: {scheme: normal, std: 0.02}}
      - {type: reshape, shape: ["${image_d}", 9]}
      - {type: permute, axes: [1, 0]}
      - {name: embeddings.class_embedding, type: token, shape: ["${image_d}"], init: {scheme: normal, std: "${1 / sqrt(image_d)}"}}
      - {name: embeddings.position_embedding, type: positional_embedding, count: 10, dim: "${image_d}", init: {scheme: normal, std: 0.02}}
      - {name: pre_layrnorm, type: layer_norm}
      - type: repeat
        times: ${image_layers}
        name: encoder.layers.{i}
        layers:
          - type: residual
            layers:
              - {name: layer_norm1, type: layer_norm}
              - {name: self_attn, type: multi_head_attention, heads: 4, names: *names}
          - type: residual
            layers:
              - {name: layer_norm2, type: layer_norm}
              - {name: mlp.fc1, type: dense, units: 100, activation: quick_gelu}
              - {name: mlp.fc2, type: dense, units: "${image_d}"}
      - {type: select, index: 0}
      - {name: post_layernorm, type: layer_norm}
  - {name: visual_projection, type: dense, units: "${shared}", use_bias: false, init: {scheme: normal, std: "${1 / sqrt(image_d)}"}}
"""


def build(transformers: Any) -> Any:
    """Return a small CLIP."""
    same = {"num_attention_heads": 4, "hidden_act": "quick_gelu"}
    text = {"vocab_size": 300, "hidden_size": 32, "intermediate_size": 128, "max_position_embeddings": 12}
    image = {"image_size": 24, "patch_size": 8, "hidden_size": 48, "intermediate_size": 100}
    config = transformers.CLIPConfig(
        text_config={**same, **text, "num_hidden_layers": 2},
        vision_config={**same, **image, "num_hidden_layers": 3},
        projection_dim=20,
    )
    return transformers.CLIPModel(config)


def call(model: Any, text: Any, image: Any) -> tuple[Any, Any]:
    """Return the projection of the last token, times the temperature, and that of the image."""
    words = model.text_model(text).last_hidden_state[:, -1]
    pooled = model.vision_model(image).pooler_output
    return model.text_projection(words) * model.logit_scale, model.visual_projection(pooled)


MODEL = RealModel(SPEC, build, call, "transformers")
