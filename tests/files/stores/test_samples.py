"""Samples of a probe behind a URL, which may have a query and the name of an array."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from tests.files.stores.servers import WebServer
from winitgen.errors import UnreadableError, UsageError
from winitgen.probing.sample_files import samples_of

VALUES = np.arange(6, dtype=np.float64).reshape(2, 3)


@pytest.fixture
def served(web: WebServer) -> WebServer:
    """Return a web server that has samples in each format."""
    np.save(web.folder / "x.npy", VALUES)
    np.savez(web.folder / "one.npz", a=VALUES)
    np.savez(web.folder / "two.npz", a=VALUES, b=VALUES[:1])
    np.savetxt(web.folder / "x.csv", VALUES, delimiter=",")
    return web


@pytest.mark.parametrize("query", ["", "?versionId=3", "?a=.npz:b&c=/x.y"])
@pytest.mark.parametrize("name", ["x.npy", "one.npz", "one.npz:a", "two.npz:a", "x.csv"])
def test_a_file_on_the_web(served: WebServer, name: str, query: str) -> None:
    """The query is sent with each request, and the name of the array with none."""
    found = samples_of(f"{served.url}/{name}{query}", None)

    np.testing.assert_array_equal(VALUES, found.values)
    assert {(f"/{name.partition(':')[0]}", query[1:])} == {(one.path, one.query) for one in served.requests}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("two.npz?v=1", "{url}/two.npz holds 2 arrays: a, b; name one, as in {url}/two.npz:a"),
        ("two.npz:?v=1", "{url}/two.npz holds 2 arrays: a, b; name one, as in {url}/two.npz:a"),
        ("two.npz:q?v=1", "{url}/two.npz has no array 'q'"),
        ("x.txt?v=1", "{url}/x.txt: samples are read from .npy, .npz, .csv"),
        ("gone.csv?v=1", "cannot read {url}/gone.csv: No such file or directory"),
    ],
)
def test_refused(served: WebServer, name: str, message: str) -> None:
    """In one line, without the query, which may be a secret."""
    with pytest.raises((UnreadableError, UsageError)) as refused:
        samples_of(f"{served.url}/{name}", None)

    assert message.format(url=served.url) == str(refused.value)


def test_a_url_of_a_disk(tmp_path: Path) -> None:
    """A table there, too."""
    np.savetxt(tmp_path / "x.csv", VALUES, delimiter=",")
    np.savez(tmp_path / "two.npz", a=VALUES, b=VALUES[:1])

    for name in ("x.csv", "two.npz:a"):
        np.testing.assert_array_equal(VALUES, samples_of(f"file://{os.fspath(tmp_path)}/{name}", None).values)
