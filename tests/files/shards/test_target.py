"""Which output means shards, and which is refused, on the whole text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.files.shards.conftest import SPEC
from winitgen.errors import UsageError
from winitgen.files.shards.file_names import KerasNames, ShardNames
from winitgen.files.shards.target import ShardTarget, shard_target


@pytest.mark.parametrize(
    ("out", "size", "stem", "format_", "expected"),
    [
        ("out/", "1KB", None, None, ShardTarget("out/", ShardNames("model"), 1000)),
        ("out/", None, "m.fp16", None, ShardTarget("out/", ShardNames("m.fp16"), 5_000_000_000)),
        ("out/", "1KB", None, "safetensors", ShardTarget("out/", ShardNames("model"), 1000)),
        ("out/", "1KB", None, "keras-h5", ShardTarget("out/", KerasNames("model"), 1000)),
        (
            "a/m.safetensors.index.json",
            None,
            None,
            None,
            ShardTarget("a", ShardNames("m"), 5_000_000_000),
        ),
        (
            "m.safetensors.index.fp16.json",
            None,
            "m.fp16",
            None,
            ShardTarget("", ShardNames("m.fp16"), 5_000_000_000),
        ),
        ("a/m.safetensors", "1KB", None, None, ShardTarget("a", ShardNames("m"), 1000)),
        ("a/w.weights.json", None, None, None, ShardTarget("a", KerasNames("w"), 5_000_000_000)),
        ("w.weights.h5", "1KB", "w", "keras-h5", ShardTarget("", KerasNames("w"), 1000)),
        ("w.weights.h5", None, None, None, None),
        ("a/m.safetensors", None, None, None, None),
        ("out/", None, None, None, None),
    ],
)
def test_what_an_output_means(
    out: str, size: str | None, stem: str | None, format_: str | None, expected: ShardTarget | None
) -> None:
    """A folder needs an option that says so; an index says so by its name."""
    assert expected == shard_target(out, size, stem, format_)


def test_a_folder_that_exists_needs_no_slash(tmp_path: Path) -> None:
    """It cannot be meant as a file."""
    assert ShardTarget(str(tmp_path), ShardNames("model"), 1000) == shard_target(
        str(tmp_path), "1KB", None, None
    )


@pytest.mark.parametrize(
    ("out", "size", "stem", "format_", "message"),
    [
        pytest.param(
            "out/",
            "1KB",
            None,
            "npz",
            "only safetensors and keras-h5 are sharded; leave out --format npz",
            id="format",
        ),
        pytest.param(
            "out",
            "1KB",
            None,
            None,
            "--max-shard-size makes several files; name a folder, as in out/, or an index, as in model.safetensors.index.json, not out",
            id="size for a file",
        ),
        pytest.param(
            "w.npz",
            None,
            "m",
            None,
            "--shard-name makes several files; name a folder, as in w.npz/, or an index, as in model.safetensors.index.json, not w.npz",
            id="name for a file",
        ),
        pytest.param(
            "-",
            "1KB",
            None,
            None,
            "--max-shard-size makes several files; name a folder, as in out/, or an index, as in model.safetensors.index.json, not -",
            id="a pipe",
        ),
        pytest.param(
            "m.safetensors.index.json",
            None,
            "other",
            None,
            "m.safetensors.index.json names the shards m-..., and --shard-name other; leave out one",
            id="two names",
        ),
        pytest.param(
            "w.weights.json",
            None,
            "v",
            None,
            "w.weights.json names the shards w_..., and --shard-name v; leave out one",
            id="two names for Keras",
        ),
        pytest.param(
            "w.weights.json",
            None,
            None,
            "safetensors",
            "w.weights.json is for shards of keras-h5; leave out --format safetensors",
            id="another format",
        ),
        pytest.param(
            "m.safetensors",
            "1KB",
            None,
            "keras-h5",
            "m.safetensors is for shards of safetensors; leave out --format keras-h5",
            id="another format for Keras",
        ),
        pytest.param(
            "out/",
            "5",
            None,
            None,
            "--max-shard-size takes a size such as 5GB, 500MB or 1.5TB, not '5'",
            id="size",
        ),
        pytest.param(
            "a.weights.b.weights.h5",
            "1KB",
            None,
            None,
            "--shard-name takes the beginning of file names, such as model or model.fp16, not 'a.weights.b'",
            id="beginning",
        ),
        pytest.param(
            "a.weights.b.weights.json",
            None,
            None,
            None,
            "--shard-name takes the beginning of file names, such as model or model.fp16, not 'a.weights.b'",
            id="beginning of an index",
        ),
    ],
)
def test_refused_outputs(
    out: str, size: str | None, stem: str | None, format_: str | None, message: str
) -> None:
    """Each message says what is in the way and what to write."""
    with pytest.raises(UsageError) as caught:
        shard_target(out, size, stem, format_)

    assert message == str(caught.value)


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("torch", "keras-h5 is Keras's own file and needs '--layout keras'; '.h5' is plain HDF5"),
        (
            "keras",
            "b/kernel has 140 bytes, and no shard of Keras holds a variable above --max-shard-size, which is 100; raise it",
        ),
    ],
)
def test_what_keras_cannot_hold(tmp_path: Path, layout: str, message: str) -> None:
    """Nothing is written."""
    with pytest.raises(UsageError) as caught:
        winitgen.write(SPEC, tmp_path / "out/w.weights.json", layout=layout, max_shard_size="0.1KB")

    assert message == str(caught.value)
    assert [] == list(tmp_path.iterdir())


def test_a_parameter_without_a_place_in_keras(tmp_path: Path) -> None:
    """It is left out of the shards and named in the report, as of the one file."""
    spec: dict[str, Any] = {
        **SPEC,
        "layers": [*SPEC["layers"], {"name": "token", "type": "param", "shape": [2], "init": "ones"}],
    }
    report = winitgen.write(
        spec, tmp_path / "w.weights.json", layout="keras", max_shard_size="0.15KB", fsync=False
    ).report
    single = winitgen.write(spec, tmp_path / "w.weights.h5", layout="keras", fsync=False).report

    assert ["token"] == report["left_out"] == single["left_out"]
    assert report["notes"] == single["notes"]
    assert report["totals"] == single["totals"]
