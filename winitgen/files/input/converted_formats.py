"""What ``from_pretrained`` of transformers makes of floats in a folder that have not all the format which it loads them in."""

from __future__ import annotations

from collections.abc import Iterator

from winitgen.files.input.folder_config import CONFIG, TEXT, FolderConfig, conversion, float_format, loader
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.other_reading import OtherReading
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


def of_each_format(weights: OpenFile, config: FolderConfig) -> Iterator[OtherReading]:
    """Yield a reading for each format of floats that transformers rounds or widens when it loads a folder with this config.

    What is rounded is marked as misread, unless the class of the model may keep it in float32.
    """
    found = [*dict.fromkeys(one.dtype for one in weights.tensors if one.dtype in FLOAT_DTYPES and one.size)]
    yield from _conversions(found, weights, config, text=False)
    if config.has_text_model:
        yield from _conversions(found, weights, config, text=True)


def _conversions(
    found: list[str], weights: OpenFile, config: FolderConfig, *, text: bool
) -> Iterator[OtherReading]:
    """Yield what becomes of these formats where a model is made by the config, or with ``text`` by that of its text part.

    Where that names no format, the one of the index counts, and without one that of the first float (``_get_dtype``).
    """
    named = config.named_text_dtype if text else config.named_dtype
    by_index = named is None and config.present and weights.index_dtype is not None
    loaded = (weights.index_dtype or "") if by_index else float_format(named)
    if named is None and config.present and not by_index and len(found) > 1:
        part = f" of its {TEXT}" if text else ""
        yield OtherReading(
            f"its {CONFIG} has no dtype{part}, so that {loader(text=text)} of transformers converts all floats to one of their formats: {', '.join(sorted(found))}",
            misread=_converts_all(config, text=text),
        )
    for stored in found if loaded else ():
        if stored != loaded:
            kept = stored == "float32" and not _converts_all(config, text=text)
            doubt = ", unless the class of the model keeps it" if kept else ""
            yield OtherReading(
                f"{conversion(stored, loaded, text=text, by_index=by_index)}{doubt}",
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
