"""Inputs of classes that take more than tokens, for `FamilyCases`."""

from __future__ import annotations

from typing import Any

from tests.families.family_cases import tokens

ONE_SEQUENCE = ("EncoderModel", "TokenClassification", "SequenceClassification", "CausalLM")


def two_sequences(torch: Any, config: Any) -> dict[str, Any]:
    """Return tokens for an encoder and, if the config's class takes them, for a decoder; each sample ends once."""
    ids = tokens(torch, config)["input_ids"]
    ids[:, -1] = config.eos_token_id
    if config.architectures[0].endswith(ONE_SEQUENCE):
        return {"input_ids": ids}
    return {"input_ids": ids, "decoder_input_ids": tokens(torch, config)["input_ids"][:, :20]}


def speech(torch: Any, config: Any) -> dict[str, Any]:
    """Return a random spectrogram, as long as the encoder takes, and tokens where the class has a decoder."""
    ids = tokens(torch, config)["input_ids"][:, :20]
    if config.architectures[0].endswith("CausalLM"):
        return {"input_ids": ids}
    features = {"input_features": torch.randn(2, config.num_mel_bins, 2 * config.max_source_positions)}
    classifies = config.architectures[0].endswith("Classification")
    return features if classifies else {**features, "decoder_input_ids": ids}


def questions(torch: Any, config: Any) -> dict[str, Any]:
    """Return tokens and, for a class that selects spans, the places of two questions in them."""
    places = {"question_positions": torch.tensor([[4, 9], [7, 30]])}
    return tokens(torch, config) | (places if config.architectures[0] != "SplinterModel" else {})
