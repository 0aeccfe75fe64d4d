"""What ``from_pretrained`` of transformers makes of floats in a folder that have not all the format which it loads them in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from winitgen.files.input.folder_config import CONFIG, FolderConfig, conversion
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.stored_array import StoredArray
from winitgen.numeric.dtypes import DTYPES, FLOAT_DTYPES

_SIGNIFICANT = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}
"""Significant bits of the numbers of a format; those of 8 bits have 4 at most, and are not listed."""
_FEW = 4

# Measured with transformers 5.23.0: all floating-point parameters of a model made in bfloat16 are bfloat16, and neither
# `_keep_in_fp32_modules` nor `_keep_in_fp32_modules_strict` names any. Other models may keep some in float32.
CONVERTED = frozenset((
    "albert", "arcee", "audio-spectrogram-transformer", "bamba", "bart", "beit", "bert", "biogpt", "bitnet",
    "blenderbot", "blenderbot-small", "bloom", "camembert", "clip", "clip_text_model", "clip_vision_model",
    "codegen", "cohere", "cohere2", "convnext", "convnextv2", "ctrl", "data2vec-vision", "deberta-v2",
    "deepseek_v2", "deit", "dinov2", "dinov2_with_registers", "distilbert", "electra", "ernie", "ernie4_5",
    "exaone4", "falcon", "fnet", "gemma", "gemma2", "gemma3_text", "glm", "glm4", "gpt2", "gpt_bigcode",
    "gpt_neo", "gpt_neox", "gptj", "granite", "granitemoe", "helium", "hubert", "ijepa", "imagegpt",
    "internlm3", "jamba", "layoutlm", "lfm2", "llama", "m2m_100", "mamba", "mamba2", "marian", "mbart",
    "ministral3", "mistral", "mixtral", "modernbert", "mpnet", "mpt", "olmo", "olmo2", "olmo3", "olmoe",
    "openai-gpt", "opt", "pegasus", "persimmon", "phi", "phi3", "phimoe", "qwen2", "qwen2_moe", "qwen3",
    "qwen3_moe", "regnet", "resnet", "roberta", "seed_oss", "segformer", "siglip", "siglip2",
    "siglip2_vision_model", "siglip_vision_model", "smollm3", "splinter", "stablelm", "starcoder2", "swin",
    "vaultgemma", "vit", "vit_mae", "vit_msn", "vivit", "wav2vec2", "wavlm", "whisper", "xglm", "xlm-roberta",
    "yolos",
))  # fmt: skip
"""Types of models of which transformers converts every float."""


def of_each_format(tensors: Sequence[StoredArray], config: FolderConfig) -> Iterator[OtherReading]:
    """Yield a reading for each format of floats that transformers rounds or widens when it loads a folder with this config.

    What is rounded is marked as misread, unless the class of the model may keep it in float32.
    """
    found = {one.dtype: None for one in tensors if one.dtype in FLOAT_DTYPES and one.size}
    if config.named_dtype is None and config.present and len(found) > 1:
        yield OtherReading(
            f"its {CONFIG} has no dtype, so that from_pretrained of transformers converts all floats to one of their formats: {', '.join(sorted(found))}",
            misread=_converts_all(config),
        )
    for stored in found:
        for loaded, text in ((config.dtype, False), (config.text_dtype, True)):
            if loaded and stored != loaded:
                kept = stored == "float32" and not _converts_all(config, text=text)
                doubt = ", unless the class of the model keeps it" if kept else ""
                yield OtherReading(
                    f"{conversion(stored, loaded, text=text)}{doubt}",
                    misread=not kept and not _holds(loaded, stored),
                )


def _converts_all(config: FolderConfig, *, text: bool = False) -> bool:
    return text or config.model_type in CONVERTED


def _holds(wide: str, narrow: str) -> bool:
    """Tell whether a floating-point format has all finite numbers of another one."""
    return (
        _SIGNIFICANT.get(wide, 0) >= _SIGNIFICANT.get(narrow, _FEW)
        and DTYPES[wide].largest >= DTYPES[narrow].largest
        and DTYPES[wide].smallest <= DTYPES[narrow].smallest
    )
