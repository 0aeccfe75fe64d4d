"""Inputs of classes that take more than tokens, for `FamilyCases`."""

from __future__ import annotations

from typing import Any

from tests.families.family_cases import tokens


def two_sequences(torch: Any, config: Any) -> dict[str, Any]:
    """Return tokens for an encoder and, if the config's class has one, for a decoder; each sample ends once."""
    ids = tokens(torch, config)["input_ids"]
    ids[:, -1] = config.eos_token_id
    if config.architectures[0].endswith(("EncoderModel", "TokenClassification")):
        return {"input_ids": ids}
    if config.architectures[0].endswith("SequenceClassification"):
        return {"input_ids": ids}
    return {"input_ids": ids, "decoder_input_ids": tokens(torch, config)["input_ids"][:, :20]}
