"""Calls of ``winitgen init --rank`` and ``--engine`` that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Winitgen

CALLS = {
    "no number of ranks": (
        ["--rank", "3"],
        "--rank 3 does not say of how many; write --rank 3 --world-size N",
    ),
    "no rank": (
        ["--world-size", "8"],
        "--world-size is the number of ranks; add which one this is, as in --rank 7",
    ),
    "a rank too many": (
        ["--rank", "8", "--world-size", "8"],
        "--rank 8 of --world-size 8: ranks count from 0 to 7",
    ),
    "a rank of too many digits": (
        ["--rank", "9" * 5000, "--world-size", "8"],
        "--rank 999999999999999999... of --world-size 8: ranks count from 0 to 7",
    ),
    "a rank below 0": (
        ["--rank", "-1", "--world-size", "8"],
        "--rank takes a number from 0, or auto, not '-1'",
    ),
    "an engine too": (
        ["--rank", "0", "--world-size", "8", "--engine", "dask"],
        "--rank and --engine both say who writes which shard; use one",
    ),
    "a digest": (
        ["--rank", "0", "--world-size", "8", "--digest"],
        (
            "--digest needs all values, and --rank draws them in several processes; afterwards use winitgen verify out/ "
            "--digest"
        ),
    ),
    "a base": (
        ["--rank", "0", "--world-size", "8", "--base", "trained.safetensors", "--only", "fc.*"],
        "--base copies tensors in one process; leave out --rank",
    ),
    "Keras's form": (
        ["--rank", "0", "--world-size", "8", "--format", "keras-h5"],
        "--rank divides safetensors only, and out/ is to be Keras's form; leave out --rank",
    ),
    "an unknown engine": (
        ["--engine", "dsk"],
        "--engine takes dask, dask://HOST:PORT, ray or ray://HOST:PORT, not 'dsk'",
    ),
    "an engine without a port": (
        ["--engine", "ray://head"],
        "--engine takes dask, dask://HOST:PORT, ray or ray://HOST:PORT, not 'ray://head'",
    ),
    "an engine with a password": (
        ["--engine", "dask://me:word@host:8786"],
        "--engine takes dask://HOST:PORT, without a user or a password",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_refused(winitgen: Winitgen, spec: Path, tmp_path: Path, name: str) -> None:
    """One line, and nothing is written."""
    options, message = CALLS[name]
    run = winitgen("init", spec, "-o", "out/", *options, cwd=tmp_path)

    assert (2, "", f"winitgen: {message}\n") == tuple(run)
    assert [spec] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("out", "message"),
    [
        (["--dry-run"], "--rank writes files into a folder; name it, as in -o out/"),
        (["-o", "-"], "--rank writes files into a folder; name it, as in -o out/"),
        (
            ["-o", "w.npz"],
            (
                "--rank makes several files; name a folder, as in w.npz/, or an index, as in "
                "model.safetensors.index.json, not w.npz"
            ),
        ),
    ],
)
def test_a_rank_needs_a_folder(
    winitgen: Winitgen, spec: Path, tmp_path: Path, out: list[str], message: str
) -> None:
    """One file is written by one process."""
    run = winitgen("init", spec, *out, "--rank", "0", "--world-size", "2", cwd=tmp_path)

    assert (2, "", f"winitgen: {message}\n") == tuple(run)
