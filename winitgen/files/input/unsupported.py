"""Unsupported files that look like weights: what each one is, and what to do instead."""

from __future__ import annotations

from winitgen.errors import UnreadableError

_ARRAYS = "save its arrays with numpy.savez or safetensors"
_OLD_PYTORCH = "if PyTorch before 0.1.10 wrote it, load it where it is trusted, and save it with safetensors.torch.save_file"
_TAR, _TAR_AT = b"ustar", 257
_ADVICE = (
    (b"GGML", "a GGML file, which is not read"),
    (b"\x1f\x8b", "compressed with gzip; gunzip it first"),
    (b"BZh", "compressed with bzip2; bunzip2 it first"),
    (b"\xfd7zXZ", "compressed with xz; unxz it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; unzstd it first"),
    (_TAR, f"a tar archive; unpack it first, or {_OLD_PYTORCH}"),
    (b"version https://", "a Git LFS pointer, not the file itself; git lfs pull fetches it"),
)
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def refusal(head: bytes, path: str, known: str) -> UnreadableError:
    """Return the error for a file of an unknown container, by its first bytes."""
    if not head:
        return UnreadableError(f"{path} is empty")
    for start, what in _ADVICE:
        if head.startswith(start) or (start == _TAR and head[_TAR_AT:].startswith(start)):
            return UnreadableError(f"{path} is {what}")
    if head.startswith(_PICKLES):
        return UnreadableError(f"{path} is a Python pickle, which can run code; {_ARRAYS}")
    if _is_onnx(head):
        return UnreadableError(f"{path} begins as an ONNX model, but its fields are not those of one")
    if _is_text(head):
        return UnreadableError(f"{path} is text, not a weight file ({known})")
    return UnreadableError(f"{path} is not a weight file of a known kind ({known})")


def _is_onnx(head: bytes) -> bool:
    """Tell whether a protocol buffer begins as ModelProto does: ir_version, then producer's name."""
    return len(head) > 3 and head[0] == 0x08 and 1 <= head[1] <= 30 and head[2] in {0x12, 0x3A}


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return False
        text = head[: error.start].decode()
    return all(character.isprintable() or character in "\t\r\n\f" for character in text)
