"""One GiB of He-normal float32 to safetensors, whole processes, with and without waiting for the disk."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.contenders import Comparison, builds, dd, peers
from tests.bench.options import Options
from tests.bench.specs import gibibyte


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield the same work twice: all contenders wait for the disk, or none does; dd is the limit."""
    name, spec, sizes = gibibyte(given)
    out = given.directory / "w.safetensors"
    for fsync in (False, True):
        ours = ["init", spec, "-o", out, "--quiet", *([] if fsync else ["--no-fsync"])]
        theirs = [out, *sizes, *(["fsync"] if fsync else [])]
        yield Comparison(
            f"{name}, {'on the disk (fsync)' if fsync else 'in the page cache'}",
            [
                *builds(given, ours, out),
                *peers(given, "weights.py", theirs, out),
                dd(out, 4 * sizes[0] * sizes[1] ** 2, fsync=fsync),
            ],
        )
