"""The recorded bytes are reproduced here, with any threads and blocks, and the record is complete.

What a spec and a seed give today, they give for good: a changed hash is a promise broken to everyone who
stored one. Values may only change together with the number of the stream (`winitgen.planning.plan.STREAM`).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.portable import compute, derived_models, models, record
from winitgen.catalog.presets import PRESETS
from winitgen.catalog.schemes import SCHEMES
from winitgen.files.formats import FORMATS
from winitgen.layouts import LAYOUTS
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.planning.plan import STREAM


def goldens(*groups: str) -> dict[str, str]:
    """Return the recorded hashes of some groups."""
    return {name: digest for name, digest in record.recorded().items() if name.split("/")[0] in groups}


@pytest.mark.parametrize("group", compute.USUAL)
def test_recorded(group: str) -> None:
    """Every recorded hash is reproduced, and there is no other."""
    assert goldens(group) == compute.compute([group])


@pytest.mark.parametrize(
    ("threads", "block", "groups"),
    [
        (1, 61, ("values", "files")),
        (7, 61, ("files",)),
        (1, 4999, ("values",)),
        (2, 4999, ("files", "specs")),
        (7, 1 << 17, ("specs",)),
    ],
)
def test_threads_and_blocks(
    threads: int, block: int, groups: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the number of threads nor the block size changes a byte."""
    monkeypatch.setattr("winitgen.numeric.threads.WORTH_A_THREAD", 0)
    monkeypatch.setattr("winitgen.drawing.draw.BLOCK", block)

    assert goldens(*groups) == compute.compute(groups, threads=threads, block=block)


def test_the_table_is_large_enough() -> None:
    """There are at least 200 hashes, and only constants share one, and presets that draw alike."""
    found = goldens(*(group for group in compute.GROUPS if group != "presets"))
    drawn = [digest for name, digest in found.items() if name.split("/")[1] not in NOTHING_DRAWN]

    assert 200 <= len(drawn) == len(set(drawn))


NOTHING_DRAWN = {
    *("zeros", "rezero", "skip_init", "zero_gamma", "fixup_zero"),
    *("ones", "mamba_d", "constant", "layer_scale", "prior_bias", "deepnorm_alpha", "dirac"),
}


def test_every_scheme_in_every_number_format() -> None:
    """Every scheme and every number format is recorded; a file's values are what they are."""
    found = {tuple(name.split("/")[1:3]) for name in goldens("values")} - {
        (model, dtype)
        for model in ("large", "learned", "heads", *derived_models.LARGE)
        for dtype in models.DTYPES
    }

    assert set(SCHEMES) - {"file"} == {name.split("-")[0] for name in models.SCHEMES}
    assert {(scheme, dtype) for scheme in models.SCHEMES for dtype in FLOAT_DTYPES} == found


def test_every_preset() -> None:
    """Every preset is recorded, and only models that two libraries draw alike share a hash."""
    found = goldens("presets")
    alike: dict[str, set[str]] = {}
    for name, digest in found.items():
        alike.setdefault(digest, set()).add(name.removeprefix("presets/"))

    assert {f"presets/{name}" for name in PRESETS} == set(found)
    assert [
        {"timm-convnext", "torchvision-convnext"},
        {"timm-densenet", "torchvision-densenet"},
        {"timm-swin", "torchvision-swin"},
        {"timm-vgg", "torchvision-mobilenet", "torchvision-vgg"},
        {"torchvision-resnet", "transformers-resnet"},
    ] == sorted((names for names in alike.values() if len(names) > 1), key=min)


def test_every_layout_and_format() -> None:
    """Every layout and every file format is recorded."""
    found = {tuple(name.split("/")[2:5]) for name in goldens("files")}
    plain = {name for name in FORMATS if name != "keras-h5"}

    assert {(layout, name, dtype) for layout in LAYOUTS for name in plain for dtype in FLOAT_DTYPES} == {
        row for row in found if row[1] != "keras-h5" and row[2] != "whole"
    }
    assert plain == {row[1] for row in found if row[2] == "whole"}
    assert {row for row in found if row[1] == "keras-h5"} == {
        ("keras", "keras-h5", dtype) for dtype in ("float64", "float32", "float16", "bfloat16")
    }


def test_seeds_at_the_edges() -> None:
    """The seeds are around the limits of 32 and 64 bits."""
    found = {name.split("/")[3] for name in goldens("values")}

    assert {"0", "1", "4294967295", "4294967296", "9223372036854775808", "18446744073709551615"} == found


def test_the_stream_of_the_record() -> None:
    """The record belongs to the stream that winitgen draws."""
    assert json.loads(record.GOLDENS.read_text())["stream"] == STREAM


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Return a copy of the record of one group."""
    path = tmp_path / "goldens.json"
    record.save(goldens("stream"), path)
    return path


NAME = "stream/normal/float32"
RIGHT = "945f8abb1727170b2c82f6fb4290bca6f9c1d7ebfc8a96a35ce59a5ae423ef56"
WRONG = "0" * 64


def damage(path: Path, changes: dict[str, str | None]) -> None:
    """Change hashes in a record, or remove them."""
    hashes = {**record.recorded(path), **changes}
    record.save({name: digest for name, digest in hashes.items() if digest is not None}, path)


def test_what_is_recorded_stays(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The recording script refuses to change a hash, and leaves the file unchanged."""
    damage(kept, {NAME: WRONG})
    before = kept.read_bytes()

    assert record.main(["--groups", "stream"], kept) == 1
    assert capsys.readouterr().out == (
        f"{NAME}: recorded {WRONG}, found {RIGHT}; if the promise may be broken: --replace '{NAME}'\n"
    )
    assert before == kept.read_bytes()


def test_a_hash_may_be_replaced_by_name(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A hash named by --replace is replaced."""
    damage(kept, {NAME: WRONG})

    assert record.main(["--groups", "stream", "--replace", NAME], kept) == 0
    assert capsys.readouterr().out == "34 hashes, 0 of them new\n"
    assert record.recorded(kept)[NAME] == RIGHT


def test_new_hashes_are_added(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """New hashes are added."""
    damage(kept, {NAME: None})

    assert record.main(["--groups", "stream"], kept) == 0
    assert capsys.readouterr().out == "34 hashes, 1 of them new\n"
    assert goldens("stream") == record.recorded(kept)


def test_nothing_gets_lost(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A hash that is no longer computed, and an unknown one to replace, are reported."""
    damage(kept, {"stream/other": WRONG})

    assert record.main(["--groups", "stream", "--replace", "stream/another"], kept) == 1
    assert capsys.readouterr().out == (
        "stream/other: recorded, but no longer computed\nstream/another: not among the recorded ones\n"
    )
