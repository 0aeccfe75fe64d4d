"""An S3 server that fails at each request in turn: never an index over incomplete shards, never half an object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.files.stores.conftest import Bucket
from winitgen.api import write
from winitgen.errors import OutputError

SIZE = "6MB"

RETRIED = {"closed", "lost"}
"""What the store's library tries again by itself, though it is told not to."""

Fails = Callable[[int, int], str]

FAULTS: dict[str, Fails] = {
    "denied": lambda number, at: "denied" if number == at else "",
    "error": lambda number, at: "error" if number == at else "",
    "closed": lambda number, at: "closed" if number == at else "",
    "lost": lambda number, at: "lost" if number == at else "",
    "dead": lambda number, at: "closed" if number >= at else "",
}
"""What happens to request ``number`` if the fault is at request ``at``; after ``dead`` nothing is answered any more."""


EVERY = {"dead": 3}
"""A store that is gone takes seconds each time, as it is asked again and again: every third request stands for all."""


@pytest.fixture
def expected(spec: Path, tmp_path: Path) -> dict[str, bytes]:
    """Return the files of the model, as they are on a disk."""
    write(spec, tmp_path / "model.safetensors.index.json", max_shard_size=SIZE)
    return {path.name: path.read_bytes() for path in tmp_path.glob("model*") if path != spec}


@pytest.mark.parametrize(
    "kind", [kind if kind == "denied" else pytest.param(kind, marks=pytest.mark.slow) for kind in FAULTS]
)
def test_a_fault_at_each_request(
    kind: str,
    bucket: Bucket,
    spec: Path,
    expected: dict[str, bytes],
    record_property: Callable[[str, object], None],
) -> None:
    """Whatever fails: what is there is whole, the index is there only with all shards, and a second run completes it.

    No upload is left open, unless the store did not answer the request that begins or ends it.
    """
    index = "model.safetensors.index.json"
    write(spec, f"{bucket.url}/whole/", max_shard_size=SIZE)
    count = len(bucket.faults.requests)
    ends: Counter[str] = Counter()
    for at in range(0, count, EVERY.get(kind, 1)):
        folder = f"run-{at}"
        bucket.faults.reset()
        bucket.faults.fails = lambda number, at=at: FAULTS[kind](number, at)
        ends[outcome(spec, f"{bucket.url}/{folder}/")] += 1
        answered = kind in ("denied", "error", "closed")
        left = bucket.open_uploads()
        assert left == 0 or not answered
        ends["left open"] += left
        _abort_all(bucket)
        found = bucket.contents(folder)
        assert all(expected[name] == content for name, content in found.items())
        assert index not in found or set(found) == set(expected)
        write(spec, f"{bucket.url}/{folder}/", max_shard_size=SIZE)
        assert expected == bucket.contents(folder)
        bucket.fs.rm(f"{bucket.name}/{folder}", recursive=True)

    assert len(expected) == 3
    assert count > 20
    assert ends["refused"] > (0 if kind in RETRIED else count // 2 // EVERY.get(kind, 1))
    record_property("ends", dict(ends))


def outcome(spec: Path, url: str) -> str:
    """Return how a run ends; a refusal is one line about a file in the folder."""
    try:
        return write(spec, url, max_shard_size=SIZE).status
    except OutputError as error:
        line = str(error)
    assert line.startswith(f"cannot write {url}")
    assert "\n" not in line
    return "refused"


def _abort_all(bucket: Bucket) -> None:
    for upload in bucket.fs.list_multipart_uploads(bucket.name):
        bucket.fs.abort_mpu(bucket.name, upload["Key"], upload["UploadId"])
