"""The name of a member of a zip as it stands in the directory: its bytes, which readers decode in more than one way.

Python's ``zipfile`` takes a name without the flag for UTF-8 for one of code page 437 (APPNOTE, appendix D), other programs for one of
UTF-8 or of their system; PyTorch compares the bytes. For names in ASCII that is all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zipfile import ZipInfo

UTF8 = 1 << 11
"""The flag of a name in UTF-8."""


def raw_name(info: ZipInfo) -> bytes:
    """Return the bytes of a name: both encodings decode each run of bytes to another text, so that this finds them again."""
    return info.orig_filename.encode("utf-8" if info.flag_bits & UTF8 else "cp437")


def is_ambiguous(info: ZipInfo) -> bool:
    """Tell whether readers may decode a name in several ways."""
    return not (info.flag_bits & UTF8 or info.orig_filename.isascii())
