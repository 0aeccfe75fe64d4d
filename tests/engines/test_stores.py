"""``--engine`` with a store as the place that all workers share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.four_shards import content
from tests.engines.processes import LIMIT, finished, needed, start
from tests.files.stores.conftest import Bucket, _s3, bucket

__all__ = ["_s3", "bucket"]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("engine", "package"), [("dask", "distributed"), ("ray", "ray")])
def test_the_same_objects(
    engine: str, package: str, bucket: Bucket, model: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    """The workers write the shards into the store, this process the index; nothing is written here."""
    needed(package, engine)
    run = start(model, f"{bucket.url}/m", "--engine", engine, *LIMIT, "--quiet")
    code, out, err = finished(run)

    assert (0, f"{bucket.url}/m/model.safetensors.index.json\n") == (code, out), err
    assert whole == bucket.contents("m")
    assert {} == content(tmp_path)
