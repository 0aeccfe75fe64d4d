"""Ranks and finalize in a store: the same objects as one process writes, and no index before all shards are there."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.files.stores.conftest import Bucket
from tests.files.stores.test_writing import INDEX, local
from winitgen.cli import group
from winitgen.errors import DiffersError
from winitgen.files.output.options import WriteOptions
from winitgen.files.stores.address import Address
from winitgen.writing.finalizing import finalize

SIZE = "6MB"


def rank(number: int, spec: Path, out: str) -> str:
    """Write the share of one of two ranks, by the command line; return what it prints."""
    share = ("--rank", str(number), "--world-size", "2", "--max-shard-size", SIZE)
    run = CliRunner().invoke(group, ["init", str(spec), "-o", out, *share, "--quiet"], standalone_mode=False)
    assert run.exception is None, run.output
    return run.output


def test_two_ranks_and_finalize(bucket: Bucket, spec: Path, tmp_path: Path) -> None:
    """Each rank writes its shards alone; finalize writes the index last, and a second time nothing."""
    out = f"{bucket.url}/a/m/"
    for number in (1, 0):
        assert rank(number, spec, out) == f"{out}\n"
        assert INDEX not in bucket.contents("a/m")
    first = finalize(out, WriteOptions())
    again = finalize(out, WriteOptions())

    assert (first.status, again.status) == ("written", "unchanged")
    assert first.report["file"] == f"{out}{INDEX}"
    assert local(spec, tmp_path, INDEX, max_shard_size=SIZE) == bucket.contents("a/m")


def test_a_missing_rank_is_named(bucket: Bucket, spec: Path) -> None:
    """Nothing is written before all shards are there."""
    out = f"{bucket.url}/m/"
    rank(1, spec, out)
    with pytest.raises(DiffersError) as refused:
        finalize(out, WriteOptions(), world_size=2, max_shard_size=SIZE)

    message = (
        f"{out}: 1 of 2 shards is missing: model-00002-of-00002.safetensors (--rank 0); run again with "
        "--world-size 2: --rank 0"
    )
    assert str(refused.value) == message
    assert list(bucket.contents("m")) == ["model-00001-of-00002.safetensors"]


def test_an_empty_folder(bucket: Bucket) -> None:
    """A store has no empty folders: one that does not exist holds no shards."""
    with pytest.raises(DiffersError) as refused:
        finalize(f"{bucket.url}/none/", WriteOptions())

    assert str(refused.value) == f"{bucket.url}/none/ holds no model-00001-of-00002.safetensors or the like"


def test_an_address_reaches_another_process() -> None:
    """With what it does not show: a worker needs the query."""
    content = pickle.dumps(Address("https://me:pass@host/a/?token=1"))
    address = pickle.loads(content)  # noqa: S301  # its own bytes

    assert (address, address.scheme) == ("https://host/a/", "https")
    assert address.full == "https://me:pass@host/a/?token=1"
