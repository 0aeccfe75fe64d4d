"""A database of TensorStore with two arrays, as version 0.1.86 wrote it: uncompressed, and small values in its nodes."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path

import numpy as np

ARRAYS = {"a.w": np.arange(12, dtype="f4").reshape(3, 4), "b": np.arange(5, dtype="f2")}

_FILES = {
    "d/40edd78697171ddda5b1d5ddcccf762a": (
        "c-lRUL5jja5Jfxg6b~V_6p1Dnqah0!=MFAph-Fs=gPnBfP6S8h5T40n49r=kqiC(_*Z=R=738t4P8O0~^fdvg%i6HD+CWmZ"
        "N=<-"
        "@k}F&2DzjXp!KSmo2j?`Gn%$n}p;LLGRCY$y@{4qrhK+qmZHPN`<HGic9r}3rjmBiTHYGNYgg?XI(cf0Q#{)sr`HYF;<zf{"
        "FaX>^E9RiAoq?CEQ2(j1edxxptHQ{A;^9J4%PQ_Y$h)*8x@Bbr=L{|"
    ),
    "d/4454cb5b71b3423650a4ea6fb92e4e8d": (
        "c-"
        "rH+t#I!q0~|0hE6Fo3r0AO%q^6{pTbNmz8=4!Yq@*O8CK;xfrlce%C#RX486~D9Sz0EUnp!5MrCAsy8ziMB8C#edr&w4Tnp"
        "psKv9ho*FmW?8b229CmFw$OB^DJWRvPFT80r}$!MRfz6%-~iaxpS6FajYAG}r?P2Ot9C1|VJl#0P-"
        "*0T44dGB5}Lu>ueqI5J=Y8=y`n2A5f4l8yi(+9-+"
    ),
    "d/4db99b559bff82c0beb3853d89168869": (
        "c-pI0O3o<F%Pv;3iZ;?QiPcd`&d)6<N-ZwVFH*9~E6vH#QA)|oP0cIL%+HH2PAy0*N-"
        "P0MDd{NzWlAawQh{unG!q~%Ei)%4zAQ1PG!>>3C{mJIR1D+h7p0_vv^oP77iT1bv_>0)Ev-r{DvD3bFUn0UQL-|s<+-"
        "hJZw3P#Fe)*m=$oV@Sz0EUnp!5MrCAsy8ziMB8C#edr&w4Tnps$wSu(S*a5FO}>Xqy3flN!RG|)3J)H9gMsGz`zFsi{GNH_"
        "oy5H|qv0w6vB#1DX&!I6PM0EiWU*uaqi4SXyRSqcD3M@(h"
    ),
    "manifest.ocdbt": (
        "c-"
        "rH+ZKbuJ0R~n?O3wUk`Qj``4cm{5l{;QDXf!l5u&^*N1EG>UP(g~miHWI6a*}D1xnYvAiIK6HsX?MiYNA<MlBH3qNvcIkN|"
        "L2zlBua>Qd*jYQL;f&YLc;qsd0*hrJ<RHg_$KYBNH>oCML%JFu*vKkpaP(!FZFAfti&7OiyK8##FM&_4mr9ZzN{_`}hY$^E"
        ">l0tOC*uJkNN00585oEd"
    ),
}


def database() -> dict[str, bytes]:
    """Return the files of the database, by their paths."""
    return {path: zlib.decompress(base64.b85decode(text)) for path, text in _FILES.items()}


def write_database(folder: Path) -> None:
    """Write the database."""
    for path, content in database().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def checksum(content: bytes) -> bytes:
    """Return the CRC-32C with which each node ends (RFC 3720, section 12.1)."""
    found = 0xFFFFFFFF
    for byte in content:
        found ^= byte
        for _ in range(8):
            found = found >> 1 ^ (0x82F63B78 if found & 1 else 0)
    return (found ^ 0xFFFFFFFF).to_bytes(4, "little")


def with_checksums(content: bytes) -> bytes:
    """Return the bytes of a file of a database in which all nodes have the right checksum, whatever is in them."""
    found = bytearray(content)
    for magic in (b"\x0c\xdb\x3a\x2a", b"\x0c\xdb\x20\xde", b"\x0c\xdb\x1c\xde"):
        begin = content.find(magic)
        end = begin + int.from_bytes(content[begin + 4 : begin + 12], "little")
        if begin >= 0 and begin + 16 <= end <= len(content):
            found[end - 4 : end] = checksum(found[begin : end - 4])
    return bytes(found)
