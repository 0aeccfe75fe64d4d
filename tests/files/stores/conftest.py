"""A store of each kind for one test: moto's S3 server, a web server, and fsspec's memory."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.files.stores.servers import Faults, WebServer, s3_server, web_server
from tests.needed import missing

_NUMBERS = itertools.count()

SPEC = """
model: halves
layers:
  - {name: a, type: dense, inputs: 1300, units: 1100, activation: relu}
  - {name: b, type: dense, inputs: 1100, units: 1300, activation: relu}
"""
"""Two shards of more than 5 MiB, the least that S3 takes as a part."""


def needed(*names: str) -> None:
    """Skip the test if a package is missing, or fail it where CI is true."""
    for name in names:
        if find_spec(name) is None:
            missing(name, "install it with: pip install -e '.[test,remote]'")


class Bucket:
    """A new bucket in moto's server."""

    def __init__(self, url: str, faults: Faults) -> None:
        import s3fs

        self.endpoint, self.faults = url, faults
        faults.reset()
        self.name = f"bucket-{next(_NUMBERS)}"
        self.url = f"s3://{self.name}"
        self.fs = s3fs.S3FileSystem(use_listings_cache=False)
        self.fs.mkdir(self.name)
        faults.reset()

    def contents(self, folder: str) -> dict[str, bytes]:
        """Return the bytes of every object of a folder by its name."""
        self.faults.reset()
        found = self.fs.find(f"{self.name}/{folder}")
        return {name.rpartition("/")[2]: self.fs.cat_file(name) for name in found}

    def open_uploads(self) -> int:
        """Return how many uploads are neither completed nor aborted."""
        self.faults.reset()
        return len(self.fs.list_multipart_uploads(self.name))


@pytest.fixture(scope="session")
def _s3() -> Iterator[tuple[str, Faults]]:
    needed("fsspec", "s3fs", "moto", "flask", "flask_cors")
    with s3_server() as running:
        yield running


@pytest.fixture
def bucket(_s3: tuple[str, Faults], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bucket:
    """Return an empty bucket that the environment's settings lead to; failed requests are not tried again."""
    settings = {
        "AWS_ENDPOINT_URL": _s3[0],
        "AWS_ACCESS_KEY_ID": "someone",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_MAX_ATTEMPTS": "1",
    }
    for key, value in settings.items():
        monkeypatch.setenv(key, value)
    import s3fs

    monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)
    monkeypatch.setattr(
        s3fs.S3FileSystem, "read_timeout", 5
    )  # of 15 seconds a server that is gone may use several
    s3fs.S3FileSystem.clear_instance_cache()
    return Bucket(*_s3)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[WebServer]:
    """Return a web server for the files of a folder."""
    needed("fsspec", "aiohttp")
    (tmp_path / "web").mkdir()
    with web_server(tmp_path / "web") as state:
        yield state


@pytest.fixture
def memory() -> Iterator[Callable[[], dict[str, bytes]]]:
    """Return a function that returns what fsspec's memory holds, which is empty at first."""
    needed("fsspec")
    from fsspec.implementations.memory import MemoryFileSystem

    def contents() -> dict[str, bytes]:
        return {name: file.getvalue() for name, file in MemoryFileSystem.store.items()}

    MemoryFileSystem.store.clear()
    yield contents
    MemoryFileSystem.store.clear()


@pytest.fixture
def spec(tmp_path: Path) -> Any:
    """Return the path of a layer-spec of two shards."""
    path = tmp_path / "model.yaml"
    path.write_text(SPEC)
    return path
