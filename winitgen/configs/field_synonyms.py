"""What the fields of configs are called in other families and libraries."""

from __future__ import annotations

from winitgen.configs.family import Template
from winitgen.spec.mistakes import suggest

SYNONYMS: tuple[tuple[str, ...], ...] = (
    (
        *("num_hidden_layers", "num_layers", "n_layer", "n_layers", "layers", "depth", "depths"),
        *("encoder_layers", "decoder_layers"),
    ),
    (
        *("num_attention_heads", "num_heads", "n_head", "n_heads", "heads", "attention_heads"),
        *("encoder_attention_heads", "decoder_attention_heads"),
    ),
    ("num_key_value_heads", "num_kv_heads", "n_kv_heads", "kv_heads", "n_head_kv"),
    (
        *("hidden_size", "d_model", "n_embd", "embed_dim", "hidden_dim", "dim", "width", "hidden_sizes"),
        *("model_dim", "n_embed"),
    ),
    (
        *("intermediate_size", "d_ff", "n_inner", "ffn_dim", "hidden_dim", "mlp_dim", "feed_forward_size"),
        *("encoder_ffn_dim", "decoder_ffn_dim", "ffn_hidden_size"),
    ),
    ("head_dim", "d_kv", "d_head", "head_size", "attention_head_size"),
    ("vocab_size", "n_vocab", "vocabulary_size", "num_tokens"),
    ("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len", "seq_length", "max_length"),
    ("num_local_experts", "num_experts", "n_routed_experts", "n_experts", "moe_num_experts"),
    ("num_experts_per_tok", "top_k", "num_selected_experts", "moe_k"),
    ("hidden_act", "activation_function", "activation", "hidden_activation", "act"),
    ("rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon", "norm_eps", "layernorm_epsilon", "norm_epsilon"),
    ("initializer_range", "init_std", "initializer_factor"),
    ("image_size", "img_size", "resolution"),
    ("num_channels", "in_channels", "in_chans"),
    ("num_labels", "num_classes"),
    ("tie_word_embeddings", "tie_embeddings", "tied_embeddings"),
)
"""Groups of names for one thing. The first that a family has is meant, or all of one name in its sections."""


def hint(name: str, template: Template) -> str:
    """Return ``; did you mean 'n_layer'?`` for a name of another family, or for a similar one; else an empty text."""
    for group in SYNONYMS:
        if name not in group:
            continue
        meant = next((other for other in group if other in template.fields), None)
        parts = [meant] if meant else _in_sections(group, template)
        if parts:
            return f"; did you mean {' or '.join(repr(part) for part in parts)}?"
    return suggest(name, template.known())


def _in_sections(group: tuple[str, ...], template: Template) -> list[str]:
    """Return the fields of sections, such as vision_hidden_size, with the first name of a group that they have."""
    prefixes = [prefix for prefix in template.family.sections.values() if prefix]
    for other in group:
        if found := [prefix + other for prefix in prefixes if prefix + other in template.fields]:
            return found
    return []
