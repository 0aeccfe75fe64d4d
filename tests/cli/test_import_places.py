"""``winitgen import`` writes over nothing that it reads, even with ``--force``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Winitgen

FIT = ("--fit", "--keep")

CALLS = {
    "a weight file": (("w.npz", *FIT), "w.npz", "the source"),
    "a weight file by another name": (("w.npz",), "link.npz", "the source"),
    "a config": (("config.json",), "config.json", "the source"),
    "a traced config": (("--trace", "config.json"), "config.json", "the source"),
    "the file of a family": (("config.json", "--family", "fam.yaml"), "fam.yaml", "the family's file"),
    "a shard of an index": (
        ("o/model.safetensors.index.json", *FIT),
        "o/model-00001-of-00003.safetensors",
        "",
    ),
    "a shard in a folder": (("o", *FIT), "o/model-00001-of-00003.safetensors", ""),
    "an index in a folder": (("o",), "o/model.safetensors.index.json", ""),
    "the config of a folder": (("o",), "o/config.json", ""),
}
"""The source with its options, the output, and what the output would replace."""


@pytest.mark.parametrize(("call", "out", "what"), CALLS.values(), ids=CALLS)
def test_the_source_stays(
    here: Winitgen, spec: Path, tmp_path: Path, call: tuple[str, ...], out: str, what: str
) -> None:
    """One line, exit code 2, and every file as it was."""
    assert 0 == here("init", spec, "-o", "o/", "--max-shard-size", "0.05KB").code
    np.savez(tmp_path / "w.npz", w=np.arange(12, dtype=np.float32))
    (tmp_path / "link.npz").symlink_to("w.npz")
    for name in ("config.json", "o/config.json", "fam.yaml"):
        (tmp_path / name).write_text('{"model_type": "llama"}')
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    run = here("import", *call, "-o", out, "--force")

    advice = f"the output would replace {what or 'a file of the source'}; give it another name"
    assert (2, "", f"winitgen: {out}: {advice}\n") == run
    assert files == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_a_file_beside_the_source(here: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The layer-spec may stand in the folder of the weights, and replace itself there."""
    assert 0 == here("init", spec, "-o", "o/", "--max-shard-size", "0.05KB").code
    (tmp_path / "o" / "model.yaml").write_text("old")

    assert 0 == here("import", "o", "-o", "o/model.yaml", "--force").code
    assert "layers:" in (tmp_path / "o" / "model.yaml").read_text()
