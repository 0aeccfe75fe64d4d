"""One GiB that is drawn again and compared, against drawing and writing it: whole processes, in the page cache."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.contenders import Comparison, Contender, builds
from tests.bench.options import Options
from tests.bench.results import LIMIT
from tests.bench.specs import gibibyte


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield verify and init --check for three formats, beside the init that writes the file before them."""
    size, spec, _ = gibibyte(given)
    for ending in (".safetensors", ".npz", ".h5"):
        out = given.directory / f"w{ending}"
        init = ["init", spec, "-o", out, "--quiet", "--no-fsync"]
        writing = Contender("init", LIMIT, [*given.ours.command, *init], out, keep=True)
        for name, words in {"verify": ["verify", out, "--quiet"], "init --check": [*init, "--check"]}.items():
            yield Comparison(f"{name}, {size}, {ending}", [writing, *builds(given, words)])
        out.unlink(missing_ok=True)
