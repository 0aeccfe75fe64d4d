"""The config.json of a folder, as far as it says how ``from_pretrained`` of transformers reads the weights beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from winitgen.files.input.held_folder import HeldFolder
from winitgen.files.input.open_file import quoted
from winitgen.files.input.opening import is_modest
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.stores.address import is_remote
from winitgen.numeric.dtypes import FLOAT_DTYPES

CONFIG = "config.json"
_LONGEST = 10_000_000
_PYTORCH = {"half": "float16", "float": "float32", "double": "float64"}
"""Number formats by PyTorch's other names."""

_WHOLE, _BY_DEFAULT = "", "float32"
"""Of number formats for the parts of a model, that which transformers takes for all of them, and what it takes without one."""

_QUANTIZED = "quantization_config"

TEXT = "text_config"
_WITH_TEXT_MODEL = frozenset(
    ("dots3_note", "emu3", "llama4", "mllama", "qwen3_5", "qwen3_5_moe", "qwen4_exp")
)
"""Types of models of which AutoModelForCausalLM takes the text part, by the config of that part: all of transformers 5.23.0."""


class FolderConfig(NamedTuple):
    """The fields of a config; without any if none is ``present``, or if ``readable`` is false."""

    fields: Mapping[str, Any] = {}
    readable: bool = True
    present: bool = False

    @property
    def named_dtype(self) -> object:
        """What stands as the number format: a text, or one for each part of a model, or anything; None if nothing does."""
        return _named_dtype(self.fields)

    @property
    def dtype(self) -> str:
        """The number format to which transformers converts all floats of the weights; empty if it takes none (``_get_dtype``)."""
        return float_format(self.named_dtype)

    @property
    def model_type(self) -> str:
        """The type of the model; empty if none is named."""
        found = self.fields.get("model_type")
        return found if isinstance(found, str) else ""

    @property
    def has_text_model(self) -> bool:
        """Whether AutoModelForCausalLM takes the text part for the model, by the config of that part, which takes nothing from this one."""
        return self.present and self.model_type in _WITH_TEXT_MODEL

    @property
    def text_fields(self) -> Mapping[str, Any]:
        """The fields by which transformers makes the text part of the model alone; none if it never does."""
        text = self.fields.get(TEXT)
        return text if isinstance(text, Mapping) and self.has_text_model else {}

    @property
    def named_text_dtype(self) -> object:
        """What stands as the number format of that part."""
        return _named_dtype(self.text_fields)


def _named_dtype(fields: Mapping[str, Any]) -> object:
    named = fields.get("dtype")
    return fields.get("torch_dtype") if named is None else named


def float_format(named: object) -> str:
    """Return the number format with one of PyTorch's names; empty if it is none."""
    if isinstance(named, Mapping):
        named = named.get(_WHOLE, _BY_DEFAULT)
    if not isinstance(named, str):
        return ""
    found = _PYTORCH.get(named, named)
    return found if found in FLOAT_DTYPES else ""


def folder_config(folder: HeldFolder, names: Collection[str]) -> FolderConfig:
    """Return the config of a folder with files of these names; Python's json reads it, as transformers does."""
    import json

    if CONFIG not in names or not is_file(folder, CONFIG):
        return FolderConfig()
    with folder.member(CONFIG) as (file, _):
        text = file.read(_LONGEST + 1)
    try:
        if len(text) > _LONGEST or not is_modest(text):
            raise ValueError
        fields = json.loads(text.decode())  # transformers takes no other encoding, and no byte order mark
    except (ValueError, RecursionError):
        return FolderConfig(readable=False)
    return FolderConfig(fields if isinstance(fields, dict) else {}, present=True)


def is_file(folder: HeldFolder, name: str) -> bool:
    """Tell whether a name of a folder is that of a file; in a store it always is."""
    return is_remote(folder.path) or folder.size_of(name) is not None


def loading(config: FolderConfig) -> Iterator[OtherReading]:
    """Yield what a config says of the values besides the one number format: what transformers refuses, and what winitgen does not follow."""
    named = config.named_dtype
    if named is not None and not config.dtype:
        yield OtherReading(
            f"its {CONFIG} has {quoted(str(named))} as dtype, which from_pretrained of transformers refuses"
        )
    elif isinstance(named, Mapping):
        yield OtherReading(
            f"its {CONFIG} has a dtype for each part of the model, of which from_pretrained of transformers takes {config.dtype} for all",
            misread=False,
        )
    if config.dtype.startswith("float8"):  # in which PyTorch has no default for new tensors
        yield OtherReading(
            f"its {CONFIG} has {config.dtype} as dtype, in which from_pretrained of transformers makes no model",
            misread=False,
        )
    if _is_quantized(config.fields) or _is_quantized(config.fields.get(TEXT)):
        yield OtherReading(
            f"its {CONFIG} has a {_QUANTIZED}, by which from_pretrained of transformers may take the weights for others, or refuse them",
            misread=False,
        )


def _is_quantized(fields: object) -> bool:
    return isinstance(fields, Mapping) and fields.get(_QUANTIZED) is not None


def conversion(stored: str, loaded: str, *, text: bool = False, by_index: bool = False) -> str:
    """Return the clause about a folder whose weights have another number format than its config says, or with ``text`` that of its text part.

    With ``by_index`` the config says none, and the index of the shards names one.
    """
    what = f"dtype of its {TEXT}" if text else "dtype"
    says = (
        f"its {CONFIG} has no {what}, and its index has {loaded}"
        if by_index
        else f"its {CONFIG} has {loaded} as {what}"
    )
    return f"{says}, to which {loader(text=text)} of transformers converts what is {stored}"


def loader(*, text: bool) -> str:
    """Return the name of what loads a model, or with ``text`` the text part of one."""
    return "AutoModelForCausalLM" if text else "from_pretrained"
