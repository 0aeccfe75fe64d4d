"""Files of other frameworks that hold weights and are not read: what each one is by its content, and what to do instead.

Only where the content says nothing, as of the bare values of TensorFlow's checkpoints, the name is told.
"""

from __future__ import annotations

import re
from typing import BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.onnx.wire import BYTES, NUMBER, WireFault, WireField, WireReader

_SAVED = "and save its arrays with numpy.savez or safetensors"
_CHECKPOINT = f"load it with tf.train.load_checkpoint, {_SAVED}"
_TENSORFLOW = f"load it with TensorFlow, {_SAVED}"

_TABLE = (0xDB4775248B80FB57).to_bytes(8, "little")
"""The end of a table of LevelDB, which the index of a checkpoint of TensorFlow is; its first key is empty."""

_MAGIC = (
    (
        4,
        b"TFL3",
        f"is a model of TensorFlow Lite, which is not read; get its tensors with tf.lite.Interpreter, {_SAVED}",
    ),
    (
        4,
        b"ORTM",
        "is a model of ONNX Runtime in its own format, which is not read; take the .onnx file that it was made of",
    ),
    (
        0,
        (0x112).to_bytes(8, "little"),
        f"is a file of MXNet, which is not read; load it with mxnet.nd.load, {_SAVED}",
    ),
    (
        0,
        b"model_checkpoint_path:",
        f"names the newest of some TensorFlow checkpoints, which are not read; {_CHECKPOINT}",
    ),
)
"""Where some bytes stand at the beginning, which ones, and what they say."""

_FLAX = (
    "is a file of MessagePack, as Flax writes, which is not read; load it with "
    "flax.serialization.msgpack_restore, and save its arrays with safetensors.flax.save_file"
)
_BARE_VALUES = (
    "has the name of the values of a TensorFlow checkpoint, which are not read: "
    f"only its index says what they are; {_CHECKPOINT}"
)
_VALUES = re.compile(r".+\.data-\d{5}-of-\d{5}")
_WORD = re.compile(rb"[A-Za-z_.][A-Za-z0-9_>./-]*")
_LONGEST_TEXT = 1000
_MOST_FIELDS = 100


def foreign_kind(head: bytes, file: BinaryIO, name: str) -> str:
    """Return what a file is and what to do instead, as the end of a sentence; empty if it is none of these.

    ``head`` is its beginning, ``name`` is that of the file, without a folder.
    """
    known = next((what for begin, start, what in _MAGIC if head[begin:].startswith(start)), "")
    if known:
        return known
    if head.startswith(b"\0\0") and _tail(file) == _TABLE:
        return f"is the index of a TensorFlow checkpoint, which is not read; {_CHECKPOINT}"
    if _is_message_pack(head):
        return _FLAX
    return _message(file) or (_BARE_VALUES if _VALUES.fullmatch(name) else "")


def _tail(file: BinaryIO) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(0, size - len(_TABLE)))
    return file.read(len(_TABLE))


def _is_message_pack(head: bytes) -> bool:
    """Tell whether a file begins as a table of MessagePack does whose first key is a text.

    >>> [_is_message_pack(head) for head in (b"\\x81\\xa1a\\xc0", b"\\xde\\0\\x10\\xd9\\1a", b"\\x80\\x02", b"\\x82\\x01")]
    [True, True, False, False]
    """
    if head[:1] in {b"\xde", b"\xdf"}:
        rest = head[3 if head[0] == 0xDE else 5 :]
    elif head and 0x81 <= head[0] <= 0x8F:
        rest = head[1:]
    else:
        return False
    if rest[:1] == b"\xd9":
        length, rest = int.from_bytes(rest[1:2]), rest[2:]
    elif rest and 0xA0 <= rest[0] <= 0xBF:
        length, rest = rest[0] & 0x1F, rest[1:]
    else:
        return False
    try:
        return 0 < length <= len(rest) and rest[:length].decode().isprintable()
    except UnicodeDecodeError:
        return False


def _message(file: BinaryIO) -> str:
    """Return what a message of Protocol Buffers is; empty for anything else."""
    reader = WireReader(file, "")
    try:
        fields = [field for field, _ in zip(reader.fields(0, reader.size), range(_MOST_FIELDS), strict=False)]
        return _kind_of_message(reader, fields)
    except (UnreadableError, WireFault):
        return ""


def _kind_of_message(reader: WireReader, fields: list[WireField]) -> str:
    if not fields:
        return ""
    first = fields[0]
    kinds = {(field.number, field.kind) for field in fields}
    if first.number == 1 and first.kind == NUMBER:
        if _is_core_ml(first, kinds):
            return f"is a model of Core ML, which is not read; get its weights with coremltools, {_SAVED}"
        if first.value == 1 and kinds == {(1, NUMBER), (2, BYTES)} and _begins_with(reader, fields[1], 1):
            return f"is the graph of a SavedModel of TensorFlow, whose values stand beside it, and is not read; {_TENSORFLOW}"
    of_graph = {(1, BYTES), (2, BYTES), (3, NUMBER), (4, BYTES), (5, BYTES)}
    if first.number == 1 and first.kind == BYTES and kinds <= of_graph and _is_node(reader, first):
        return f"is a graph of TensorFlow, which is not read; {_TENSORFLOW}"
    return ""


def _is_core_ml(first: WireField, kinds: set[tuple[int, int]]) -> bool:
    """Tell whether a message has the fields of ``Model.proto``: a version, a description, and a model by its kind."""
    own = {(1, NUMBER), (2, BYTES), (10, NUMBER)}
    models = kinds - own
    return (
        first.value < 100
        and bool(models)
        and all(200 <= number < 3000 and kind == BYTES for number, kind in models)
    )


def _begins_with(reader: WireReader, message: WireField, number: int) -> bool:
    first = next(reader.fields(message.value, message.end), None)
    return first is not None and (first.number, first.kind) == (number, BYTES)


def _is_node(reader: WireReader, message: WireField) -> bool:
    """Tell whether a message begins as a node of a graph does: a name and an operator, both of them words."""
    texts = {}
    for field in reader.fields(message.value, message.end):
        if field.number in {1, 2} and field.kind == BYTES:
            texts[field.number] = reader.content(field, _LONGEST_TEXT)
    return len(texts) == 2 and all(_WORD.fullmatch(text) for text in texts.values())
