"""transformers: what ``save_pretrained`` writes of several models, whole, in shards, as variants and in half precision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import transformers as hf
from safetensors.torch import load_file

from tests.corpus.libraries.torch_files import gives
from tests.corpus.record import Record


def write(record: Record) -> None:
    """Write small models."""
    torch.manual_seed(1)
    llama = hf.LlamaConfig(
        hidden_size=24,
        intermediate_size=40,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        vocab_size=61,
    )
    small = {
        "hidden_size": 24,
        "intermediate_size": 40,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "vocab_size": 61,
    }
    models: dict[str, Any] = {
        "llama": hf.LlamaForCausalLM(llama),
        "llama_tied": hf.LlamaForCausalLM(hf.LlamaConfig(**llama.to_dict() | {"tie_word_embeddings": True})),
        "bert": hf.BertModel(hf.BertConfig(**small)),
        "gpt2": hf.GPT2LMHeadModel(
            hf.GPT2Config(n_embd=24, n_head=4, n_layer=2, vocab_size=61, n_positions=19)
        ),
        "t5": hf.T5ForConditionalGeneration(
            hf.T5Config(d_model=24, d_kv=6, d_ff=40, num_layers=2, num_heads=4, vocab_size=61)
        ),
        "mixtral": hf.MixtralForCausalLM(
            hf.MixtralConfig(**small, num_key_value_heads=2, num_local_experts=3)
        ),
    }
    for name, model in models.items():
        _saved(record, name, model)
    _saved(record, "bfloat16", hf.LlamaForCausalLM(llama).bfloat16())
    _saved(record, "half", hf.LlamaForCausalLM(llama).half(), max_shard_size="8KB")
    _saved(record, "variant", hf.LlamaForCausalLM(llama), variant="fp16")
    _saved(record, "variant_shards", hf.LlamaForCausalLM(llama), variant="fp16", max_shard_size="9KB")
    _saved(record, "one_huge_shard", hf.LlamaForCausalLM(llama), max_shard_size="1KB")


def _saved(record: Record, name: str, model: Any, **options: Any) -> None:
    folder = Path(record.path(f"{name}/.keep")).parent
    model.save_pretrained(folder, **options)
    found: dict[str, torch.Tensor] = {}
    files = sorted(folder.glob("*.safetensors"))
    for path in files:
        found |= load_file(path)
    gives(record, name, found)
    if len(files) == 1:
        gives(record, f"{name}/{files[0].name}", found)
    else:
        index = next(iter(folder.glob("*.index*.json")))
        gives(record, f"{name}/{index.name}", found)
        gives(record, f"{name}/{files[0].name}", load_file(files[0]))
