"""A Q-Former's layers: queries that attend to themselves and to an image (Li et al. 2023, BLIP-2)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [13, 40]
defaults: {init: {scheme: normal, std: 0.02}, bias_init: zeros}
layers:
  - {name: query_tokens, type: queries, count: 6, dim: 24, shape: [1, 6, 24], init: zeros}
  - type: group
    name: qformer
    from: query_tokens
    layers:
      - {name: layernorm, type: layer_norm, epsilon: 1e-12}
      - type: repeat
        times: 2
        name: encoder.layer.{i}
        layers:
          - type: residual
            layers:
              - name: attention
                type: multi_head_attention
                heads: 3
                names: &names {query: attention.query, key: attention.key, value: attention.value, output: output.dense}
          - {name: attention.output.LayerNorm, type: layer_norm, epsilon: 1e-12}
          - type: residual
            when: ${i % 2 == 0}
            layers:
              - {name: crossattention, type: multi_head_attention, heads: 3, source: model_input, names: *names}
          - {name: crossattention.output.LayerNorm, type: layer_norm, epsilon: 1e-12, when: "${i % 2 == 0}"}
          - type: residual
            layers:
              - {name: intermediate_query.dense, type: dense, units: 60, activation: gelu}
              - {name: output_query.dense, type: dense, units: 24}
          - {name: output_query.LayerNorm, type: layer_norm, epsilon: 1e-12}
"""


def build(transformers: Any) -> Any:
    """Return a small Q-Former, whose tokens come from the model around it."""
    import torch

    config = transformers.Blip2QFormerConfig(
        vocab_size=50,
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=3,
        intermediate_size=60,
        encoder_hidden_size=40,
        cross_attention_frequency=2,
        attention_probs_dropout_prob=0.0,
    )
    model = torch.nn.Module()
    model.query_tokens = torch.nn.Parameter(torch.zeros(1, 6, 24))
    model.qformer = transformers.Blip2QFormerModel(config)
    return model


def call(model: Any, image: Any) -> Any:
    """Return the last states of the queries."""
    tokens = model.query_tokens.expand(len(image), -1, -1)
    return model.qformer(tokens, encoder_hidden_states=image).last_hidden_state


MODEL = RealModel(SPEC, build, call, "transformers")
