"""Shards in the working folder, whose path is empty: an output without a folder part is as one with ``./``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.cli.four_shards import content
from winitgen.errors import ExistsError, OutputError, UsageError
from winitgen.files.output.options import WriteOptions
from winitgen.files.shards.target import ShardTarget, shard_target
from winitgen.writing.finalizing import finalize
from winitgen.writing.sharded import write_sharded
from winitgen.writing.share import Share

SPEC = {
    "input": 40,
    "layers": [
        {"name": name, "type": "dense", "units": units}
        for name, units in zip("abcd", (50, 30, 60, 10), strict=True)
    ],
}
"""Four shards of at most 7 KB."""

INDEX = "k.safetensors.index.json"
LIMIT = {"max_shard_size": "7KB"}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def here() -> dict[str, bytes]:
    """Return the content of the working folder."""
    return content(Path())


def write(path: str = INDEX, seed: int = 3, **options: Any) -> winitgen.Written:
    """Write the model into four shards."""
    return winitgen.write(winitgen.plan(SPEC, seed=seed), path, **{**LIMIT, **options})


@pytest.mark.parametrize("path", [INDEX, "k.safetensors", f"./{INDEX}"])
def test_the_same_files(path: str, tmp_path: Path) -> None:
    """As in a folder with a name; a second run changes nothing, and the file is sound."""
    write(f"{tmp_path}/there/{INDEX}")

    assert ["written", "unchanged", "unchanged"] == [write(path).status, write(path).status, write().status]
    assert content(tmp_path / "there") == here()
    assert "verified" == winitgen.verify(INDEX)["status"]


def test_keras(tmp_path: Path) -> None:
    """So it is with Keras's own form."""
    planned = winitgen.plan(SPEC, layout="keras")
    for out in (f"{tmp_path}/there/k.weights.json", "k.weights.json"):
        winitgen.write(planned, out, max_shard_size="9KB")

    assert content(tmp_path / "there") == here()


def test_nothing_goes_without_force() -> None:
    """Another size or seed is refused, and all that was there stays."""
    write()
    before = here()
    for options in ({"max_shard_size": "16KB"}, {"seed": 4}):
        with pytest.raises(ExistsError):
            write(**options)

    assert before == here()


def test_a_foreign_shard_is_seen() -> None:
    """A file of another program with the name of a shard stands in the way."""
    Path("k-00001-of-00007.safetensors").write_bytes(b"mine")
    with pytest.raises(OutputError, match="was not written by winitgen"):
        write(force=True)

    assert {"k-00001-of-00007.safetensors": b"mine"} == here()


def test_the_index_goes_before_shards_of_another_run() -> None:
    """A rank with another seed removes it; at the end it stands over its own shards."""
    write()
    target = shard_target(INDEX, "7KB", None, None, asked_by="--rank")
    assert isinstance(target, ShardTarget)
    planned = winitgen.plan(SPEC, seed=5)
    write_sharded(planned, target, WriteOptions(force=True), Share(0, 2))
    assert INDEX not in here()
    write_sharded(planned, target, WriteOptions(force=True), Share(1, 2))
    finalize(INDEX, WriteOptions())

    assert 5 == winitgen.verify(INDEX)["seed"]


@pytest.mark.parametrize(
    "call", [lambda: shard_target("", "7KB", None, None), lambda: finalize("", WriteOptions())]
)
def test_no_name_at_all(call: Any) -> None:
    """Nothing is the working folder but what says so."""
    with pytest.raises(UsageError) as caught:
        call()

    assert "the output has no name; name a file, or a folder by a slash at its end" == str(caught.value)
