"""The pairs of a tensor that say where in another file its values are: ``external_data`` of TensorProto, texts by their keys."""

from __future__ import annotations

from winitgen.files.formats.onnx.wire import BYTES, WireField, WireReader
from winitgen.files.input.open_file import quoted

_LONGEST_PLACE = 4096
_PLAIN = 127
"""The most bytes of a message whose lengths are of one byte each."""

_PLACES = {"location", "offset", "length"}
_CHECKSUM, _PACKED = "checksum", "prepacked"


class ExternalPairs:
    """What the pairs of one tensor say.

    ``places`` has the last text of each key that says where values are. ``trouble`` says why they are not read if a text is too long for any
    use, ``refused`` for which pair a loader refuses the model or reads other values, and ``packed`` is the first key of a copy of the values
    that ONNX Runtime keeps in the order of its own; each is empty if there is nothing of the kind.
    """

    __slots__ = ("packed", "places", "refused", "trouble")

    def __init__(self) -> None:
        self.places: dict[str, str] = {}
        self.trouble = self.refused = self.packed = ""

    def add(self, reader: WireReader, message: WireField) -> None:
        """Read one more pair."""
        pair = _plain_pair(reader.content(message, _PLAIN)) if message.length <= _PLAIN else None
        if pair is not None:
            reader.count(2)
            key, text = (one.decode(errors="replace") for one in pair)
            self._take(key, text)
            return
        found: dict[int, str] = {}
        for field in reader.fields(message.value, message.end):
            if field.number not in {1, 2} or field.kind != BYTES:
                continue
            found[field.number] = reader.content(field, _LONGEST_PLACE).decode(errors="replace")
            if field.length > _LONGEST_PLACE:
                self.trouble = f"the place of its values has a text of {field.length:,} bytes"
        self._take(found.get(1, ""), found.get(2))

    def _take(self, key: str, text: str | None) -> None:
        self.refused = self.refused or self._refusal(key, text)
        if key.startswith(_PACKED):
            self.packed = self.packed or key
        elif key in _PLACES:
            self.places[key] = text or ""

    def _refusal(self, key: str, text: str | None) -> str:
        """Return why a loader refuses a pair, as ONNX Runtime does (``ExternalDataInfo::Create``), or may take another one; else nothing.

        The package onnx takes the last of equal keys, and passes over what it does not know. ONNX Runtime does so for ``offset`` and
        ``length`` only, after it has read each as a number.
        """
        if key in self.places:
            return f"{key!r} twice in external_data, of which a loader takes the last, or refuses the model"
        known = key in _PLACES or key == _CHECKSUM
        if not known and not key.startswith(_PACKED):
            return f"{quoted(key)} in external_data, for which ONNX Runtime refuses the model"
        if text is None or (known and not text):
            return f"{quoted(key)} without a text in external_data, for which ONNX Runtime refuses the model"
        return ""


def _plain_pair(content: bytes) -> tuple[bytes, bytes] | None:
    """Return the key and the value of a pair as programs write it, in a few steps; None if it stands otherwise.

    >>> _plain_pair(b"\\x0a\\x03abc\\x12\\x01d"), _plain_pair(b"\\x12\\x01d")
    ((b'abc', b'd'), None)
    """
    if content[:1] != b"\x0a" or len(content) < 4:
        return None
    middle = 2 + content[1]
    if (
        content[middle : middle + 1] != b"\x12"
        or len(content) < middle + 2
        or middle + 2 + content[middle + 1] != len(content)
    ):
        return None
    return content[2:middle], content[middle + 2 :]
