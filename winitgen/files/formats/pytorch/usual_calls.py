"""The arguments with which Python and PyTorch write the calls in a pickle that make no tensor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from winitgen.files.formats.pytorch.dictionary_keys import is_key
from winitgen.files.formats.pytorch.pickled import Made
from winitgen.files.formats.pytorch.rebuilt import SIZE
from winitgen.files.formats.pytorch.torch_formats import is_device


def is_usual(name: str, args: Any) -> bool:
    """Tell whether a call of what makes no tensor has the arguments that Python or PyTorch writes."""
    usual = _USUAL.get(name)
    return usual is not None and type(args) is tuple and usual(args)


def _is_size(args: tuple[Any, ...]) -> bool:
    return args == () or (
        len(args) == 1 and type(args[0]) is tuple and all(type(one) is int for one in args[0])
    )


def _is_latin(args: tuple[Any, ...]) -> bool:
    """Tell whether these are bytes as protocol 2 has them: a text whose characters are bytes."""
    return (
        len(args) == 2
        and isinstance(args[0], str)
        and isinstance(args[1], str)
        and args[1] in {"latin1", "latin-1"}
        and (args[0].isascii() or max(args[0]) <= "\xff")
    )


def _is_encoded(args: tuple[Any, ...]) -> bool:
    return len(args) == 1 and isinstance(args[0], Made) and args[0].name == "_codecs.encode"


def _is_device(args: tuple[Any, ...]) -> bool:
    if not args or not isinstance(args[0], str) or not is_device(args[0]):
        return False
    return len(args) == 1 or (len(args) == 2 and type(args[1]) is int and args[1] >= 0 and ":" not in args[0])


_LAYOUTS = ("torch.strided", *(f"torch.sparse_{kind}" for kind in ("coo", "csr", "csc", "bsr", "bsc")))

_USUAL: Mapping[str, Callable[[tuple[Any, ...]], bool]] = {
    SIZE: _is_size,
    "torch.device": _is_device,
    "torch.serialization._get_layout": lambda args: len(args) == 1 and args[0] in _LAYOUTS,
    "_codecs.encode": _is_latin,
    "builtins.bytearray": lambda args: args == () or _is_latin(args) or _is_encoded(args),
    "builtins.set": lambda args: len(args) == 1 and type(args[0]) is list and all(map(is_key, args[0])),
    "builtins.complex": lambda args: len(args) == 2 and all(isinstance(one, float) for one in args),
}
