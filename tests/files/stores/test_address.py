"""Which paths are URLs, and that secrets in them are not shown."""

from __future__ import annotations

from pathlib import Path

import pytest

import winitgen
from winitgen.errors import UsageError
from winitgen.files.stores.address import Address, is_remote, join, located, split

LINE = {"layers": [{"type": "param", "name": "a", "shape": [2], "init": "zeros"}]}


@pytest.mark.parametrize(
    "path",
    [
        "w.npz",
        "a:b/w.npz",
        "C:\\w.npz",
        "C:/w.npz",
        "C://w.npz",
        "./s3://w.npz",
        "/s3://w.npz",
        "s3:/b/w.npz",
        "s3:w.npz",
        "://w",
    ],
)
def test_local_paths_stay(path: str) -> None:
    """A drive of Windows, a colon in a name and a URL in a folder of the same name are no URLs."""
    assert located(path) == path
    assert not is_remote(located(path))


@pytest.mark.parametrize(
    ("url", "shown", "secrets"),
    [
        ("s3://bucket/a/w.npz", "s3://bucket/a/w.npz", []),
        ("https://me:pa%40ss@host:80/w.npz", "https://host:80/w.npz", ["me:pa%40ss", "me", "pa%40ss"]),
        ("https://host/w.npz?X-Signature=abc&b=1", "https://host/w.npz", ["X-Signature=abc&b=1"]),
        ("sftp://me@host/w@2.npz", "sftp://host/w@2.npz", ["me"]),
        ("gs://b", "gs://b", []),
    ],
)
def test_secrets(url: str, shown: str, secrets: list[str]) -> None:
    """As text an address has neither user nor password nor query; the store gets all of it."""
    address = located(url)

    assert isinstance(address, Address)
    assert (shown, url) == (address, address.full)
    assert f"{address}" == shown
    assert set(secrets) == set(address.secrets) - {url}


def test_file_urls_are_local_paths() -> None:
    """A file:// URL is written and read like any local file."""
    assert located("file:///tmp/w.npz") == "/tmp/w.npz"  # noqa: S108  # not opened
    assert located("FILE://w.npz") == "w.npz"
    assert not is_remote(located("local:///w.npz"))


def test_schemes_have_no_case() -> None:
    """The store is given that in small letters, and all else as it was typed."""
    address = located("HTTP://me:Pw@Host/W.npz?Token=A")

    assert isinstance(address, Address)
    assert ("http://Host/W.npz", "http", "http://me:Pw@Host/W.npz?Token=A") == (
        address,
        address.scheme,
        address.full,
    )
    assert "memory://M/w.npy" == join(located("Memory://M"), "w.npy")


@pytest.mark.parametrize("kind", ["file://localhost", "FILE://LocalHost"])
def test_the_name_of_this_host(kind: str) -> None:
    """It says no more than an empty host does, and neither it nor a dot is a folder."""
    assert located(f"{kind}/a/w.npz") == "/a/w.npz"
    assert located("file://./a/w.npz") == "./a/w.npz"
    assert located("file://../w.npz") == "../w.npz"
    assert located("local://localhost/w.npz") == "localhost/w.npz"  # fsspec's own kind, which has no hosts


@pytest.mark.parametrize("host", ["host", "host.example", "127.0.0.1", "localhost.", "me:pw@host"])
def test_another_host(host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are not those of a folder of its name; nothing is written, and no password is shown."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / host).mkdir()
    url = f"File://{host}/w.npz"
    shown = host.rpartition("@")[2]
    with pytest.raises(UsageError) as refused:
        winitgen.write(LINE, url)

    message = f"file://{shown}/... is a file of the host {shown!r}, and only files of this one are reached; name a path, as in file:///folder/weights.npy"
    assert message == str(refused.value)
    assert [] == [*(tmp_path / host).iterdir()]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("file://localhost", "file:// names no file; name its path, as in file:///folder/weights.npy"),
        ("file://", "file:// names no file; name its path, as in file:///folder/weights.npy"),
        ("Local://", "local:// names no file; name its path, as in local:///folder/weights.npy"),
        ("s3://", "s3:// names no place in a store; name a bucket, as in s3://bucket/weights.npy"),
        ("S3:///", "s3:// names no place in a store; name a bucket, as in s3://bucket/weights.npy"),
        ("gs://?token=1", "gs:// names no place in a store; name a bucket, as in gs://bucket/weights.npy"),
        ("http://", "http:// names no place in a store; name a host, as in http://host/weights.npy"),
        ("https://me:pw@", "https:// names no place in a store; name a host, as in https://host/weights.npy"),
        (
            "memory://",
            "memory:// names no place in a store; name a folder, as in memory://folder/weights.npy",
        ),
    ],
)
def test_no_place(url: str, message: str) -> None:
    """A URL of nothing but its kind is refused before anything is asked of a store, and its secrets are not shown."""
    with pytest.raises(UsageError) as refused:
        located(url)
    with pytest.raises(UsageError) as written:
        winitgen.write(LINE, url)

    assert [message, message] == [str(refused.value), str(written.value)]


def test_a_folder_at_the_root() -> None:
    """The folder of a file without one keeps the two slashes of its URL."""
    folder, name = split(located("memory:///w.npy"))

    assert ("memory:///w.npy", "memory:///v.npy") == (join(folder, name), join(folder, "v.npy"))


def test_join_and_split() -> None:
    """The query of a folder holds for its files, and the two undo each other."""
    folder = Address("https://me:pw@host/m/?token=1")
    inside = join(folder, "w.npz")

    assert inside == "https://host/m/w.npz"
    assert inside.full == "https://me:pw@host/m/w.npz?token=1"
    back, name = split(inside)
    assert isinstance(back, Address)
    assert (back.full, name) == (folder.full, "w.npz")
    assert split(folder) == (folder, "")
    assert split(Address("s3://bucket")) == ("s3://bucket", "")
    assert join(Address("s3://bucket"), "w") == "s3://bucket/w"
    assert (join("a", "b"), split("a/b")) == ("a/b", ("a", "b"))
