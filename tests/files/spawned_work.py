"""What a spawned process says of itself."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

from winitgen.files.sandbox.served import serve
from winitgen.files.sandbox.spawned import ASKED, HEARD


def _said(request: Any) -> Iterator[bytes]:
    """Yield the arguments, the descriptors, where modules are found, and one variable."""
    print("noise that is no answer")
    descriptors = sorted(int(name) for name in os.listdir("/proc/self/fd"))[
        :-1
    ]  # the last is that of the listing
    links = [os.readlink(f"/proc/self/fd/{number}") for number in descriptors[:3]]
    yield json.dumps(
        [request, sys.argv[2], descriptors, links, sys.path, os.environ.get("MALLOC_ARENA_MAX")]
    ).encode()


def main(argument: str) -> None:
    """Answer requests."""
    assert argument
    serve(_said, ASKED, HEARD, set())
