"""PyTorch's number formats and storages, and the names that ``torch.load(weights_only=True)`` allows in a pickle."""

from __future__ import annotations

import re
from typing import NamedTuple

from winitgen.files.input.half_complex import HALF_COMPLEX

_SAME = {
    1: "int8 uint8 bool float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu",
    2: "float16 bfloat16 int16 uint16",
    4: "float32 int32 uint32",
    8: "float64 complex64 int64 uint64",
    16: "complex128",
}
"""The formats that NumPy or ml_dtypes has under the same name, by their bytes."""

_OTHER = {
    1: "qint8 quint8 quint4x2 quint2x4 bits8 bits1x8 bits2x4 bits4x2 float4_e2m1fn_x2",
    2: "bits16",
    4: "complex32 qint32",
}

_STORAGES = {
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
    "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
    "QInt8Storage": "qint8",
    "QUInt8Storage": "quint8",
    "QInt32Storage": "qint32",
    "QUInt4x2Storage": "quint4x2",
    "QUInt2x4Storage": "quint2x4",
}

UNTYPED = "torch.storage.UntypedStorage"
"""The class of a storage that names no number format."""


class TorchFormat(NamedTuple):
    """A number format of PyTorch: its name, its bytes, and whether NumPy or ml_dtypes has it under this name."""

    name: str
    itemsize: int
    numeric: bool

    @property
    def read_as(self) -> str:
        """The format of NumPy or ml_dtypes in which values are read; empty if they are not."""
        return "complex64" if self.name == HALF_COMPLEX else self.name if self.numeric else ""


_FORMATS = {
    f"torch.{name}": TorchFormat(name, itemsize, numeric=table is _SAME)
    for table in (_SAME, _OTHER)
    for itemsize, names in table.items()
    for name in names.split()
}


def format_of_name(name: str) -> TorchFormat | None:
    """Return the format that a pickle names, such as ``torch.float32``; None for any other name."""
    return _FORMATS.get(name)


_STORED = {
    f"torch.{place}{kind}": _FORMATS[f"torch.{name}"]
    for kind, name in _STORAGES.items()
    for place in ("", "cuda.")
    if not (place and name.startswith("q"))
}
"""The format of each class of storages; those of CUDA have no quantized ones."""


def format_of_storage(name: str) -> TorchFormat | None:
    """Return the format of the values of a storage, by its class; bytes for one without a format.

    >>> format_of_storage("torch.HalfStorage").name, format_of_storage("os.system")
    ('float16', None)
    """
    return TorchFormat("uint8", 1, numeric=True) if name == UNTYPED else _STORED.get(name)


DICTIONARIES = frozenset({"collections.OrderedDict", "collections.Counter"})

TENSOR_TYPES = frozenset({"torch.Tensor", "torch.nn.parameter.Parameter"})

_KINDS = ("Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte")

OLD_TENSORS = frozenset(f"torch.{kind}Tensor" for kind in (*_KINDS, "Bool"))
"""Classes whose objects PyTorch made before 0.4, and gave their storage afterwards."""

UNREAD_TENSORS = frozenset(
    f"torch._utils._rebuild_{kind}" for kind in ("wrapper_subclass", "device_tensor_from_numpy")
)
"""Functions of PyTorch that make tensors of which not even the shape is read."""

ALLOWED = frozenset(
    {
        *DICTIONARIES,
        *OLD_TENSORS,
        *(f"torch.cuda.{kind}Tensor" for kind in (*_KINDS, "Bool")),
        *(f"torch.{place}sparse.{kind}Tensor" for place in ("", "cuda.") for kind in _KINDS),
        *_FORMATS,
        *_STORED,
        *(UNTYPED, "torch.storage.TypedStorage"),
        *("torch.Tensor", "torch.nn.parameter.Parameter", "torch.Size", "torch.device"),
        *("_codecs.encode", "builtins.bytearray", "builtins.set", "builtins.complex"),
        *("torch.serialization._get_layout", "torch._tensor._rebuild_from_type_v2"),
        *(f"torch.per_tensor_{kind}" for kind in ("affine", "symmetric")),
        *(f"torch.per_channel_{kind}" for kind in ("affine", "symmetric", "affine_float_qparams")),
        *(f"torch.{sign}int{bits}" for sign in ("", "u") for bits in range(1, 8)),
        *("torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"),
        *(
            "torch._utils._rebuild_tensor",
            "torch._utils._rebuild_tensor_v2",
            "torch._utils._rebuild_tensor_v3",
        ),
        *("torch._utils._rebuild_qtensor", "torch._utils._rebuild_sparse_tensor"),
        "torch._utils._rebuild_nested_tensor",
        *("torch._utils._rebuild_meta_tensor_no_storage", *UNREAD_TENSORS),
        "torch._utils._rebuild_device_tensor_from_cpu_tensor",
    }
)
"""What ``_get_allowed_globals`` of PyTorch 2.13 lists."""


_LOCATION = re.compile(r"cpu|mps|meta|(cuda|xpu|hpu|mtia)(:(0|[1-9][0-9]{0,8}))?")
_DEVICE = re.compile(r"(cpu|mps|meta|cuda|xpu|hpu|mtia|xla|ipu)(:(0|[1-9][0-9]{0,8}))?")


def is_location(text: str) -> bool:
    """Tell whether PyTorch itself has a device that is named like this as the place of a storage.

    >>> is_location("cuda:1"), is_location("cpu:0"), is_location("cuda:01")
    (True, False, False)
    """
    return _LOCATION.fullmatch(text) is not None


def is_device(text: str) -> bool:
    """Tell whether this is the name of a device of PyTorch."""
    return _DEVICE.fullmatch(text) is not None


def is_allowed(name: str) -> bool:
    """Tell whether ``torch.load(weights_only=True)`` accepts a name in a pickle."""
    return name in ALLOWED
