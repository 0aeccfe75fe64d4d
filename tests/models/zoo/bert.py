"""BERT, from words and segments to the last states (Devlin et al. 2019)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: {words: {tokens: 9}, segments: {tokens: 9}}
defaults: {init: {scheme: normal, std: 0.02}, bias_init: zeros}
layers:
  - {name: embeddings.word_embeddings, type: embedding, count: 300, dim: 36, padding_index: 0, from: words}
  - {name: embeddings.token_type_embeddings, type: embedding, count: 2, dim: 36, from: segments}
  - {name: both, type: add, from: [embeddings.word_embeddings, embeddings.token_type_embeddings]}
  - {name: embeddings.position_embeddings, type: positional_embedding, count: 20, dim: 36}
  - {name: embeddings.LayerNorm, type: layer_norm, epsilon: 1.0e-12}
  - type: repeat
    times: 2
    name: "encoder.layer.{i}"
    layers:
      - type: residual
        layers:
          - name: attention
            type: multi_head_attention
            heads: 3
            names: {query: self.query, key: self.key, value: self.value, output: output.dense}
      - {name: attention.output.LayerNorm, type: layer_norm, epsilon: 1.0e-12}
      - type: residual
        layers:
          - {name: intermediate.dense, type: dense, units: 144, activation: gelu}
          - {name: output.dense, type: dense, units: 36}
      - {name: output.LayerNorm, type: layer_norm, epsilon: 1.0e-12}
"""


def build(transformers: Any) -> Any:
    """Return a small BERT without its pooler."""
    config = transformers.BertConfig(
        vocab_size=300,
        hidden_size=36,
        num_hidden_layers=2,
        num_attention_heads=3,
        intermediate_size=144,
        max_position_embeddings=20,
    )
    return transformers.BertModel(config, add_pooling_layer=False)


def call(model: Any, words: Any, segments: Any) -> Any:
    """Return the last states."""
    return model(words, token_type_ids=segments).last_hidden_state


MODEL = RealModel(SPEC, build, call, "transformers")
