"""Which paths are URLs, how they are joined, and what of them is shown: never a password or a query."""

from __future__ import annotations

import os
import re
import sys
from typing import TypeGuard, overload

from winitgen.errors import UsageError
from winitgen.files.stores.url_parts import WEB, check_parts
from winitgen.files.windows_names import trouble_here

# One letter is a drive of Windows, and a colon alone belongs to a file name.
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+)://(?P<host>[^/?]*)(?P<path>[^?]*)(?P<query>\?.*)?", re.DOTALL
)
_LOCAL = frozenset({"file", "local"})
_LITERAL = "/!$&'()*+,;=:@"
"""What the path of a URL may have as it is, beside letters, digits and -._~ (RFC 3986, section 3.3)."""

_THIS_HOST = "localhost"
_DRIVE = re.compile("[A-Za-z]:")


class Address(str):
    """A URL of a store. As text it is without user, password and query, which may be secrets; ``full`` has them.

    The scheme is in small letters, as fsspec knows it; it has no case (RFC 3986, section 3.1).

    >>> address = Address("https://me:pass@host/w.npz?token=1")
    >>> address, address.scheme, address.full
    ('https://host/w.npz', 'https', 'https://me:pass@host/w.npz?token=1')
    """

    full: str
    scheme: str

    def __new__(cls, url: str) -> Address:
        """Return the address of a URL."""
        found = _URL.fullmatch(url)
        assert found is not None  # `located` has checked
        host = found["host"].rpartition("@")[2]
        scheme = found["scheme"].lower()
        address = super().__new__(cls, f"{scheme}://{host}{found['path']}")
        address.full, address.scheme = f"{scheme}{url[len(scheme) :]}", scheme
        return address

    @property
    def secrets(self) -> list[str]:
        """The texts that must not be shown."""
        found = _URL.fullmatch(self.full)
        assert found is not None
        user = found["host"].rpartition("@")[0]
        return [
            secret for secret in (self.full, user, *user.split(":"), (found["query"] or "")[1:]) if secret
        ]


def located(path: str | os.PathLike[str]) -> str:
    """Return a path as text: an `Address` if it is the URL of a store, and the local path of a ``file://`` URL.

    Raises `UsageError` for the URL of no place, such as ``s3://`` or ``file://``, for that of a file of another host, and for one that
    cannot be parsed.

    >>> located("file:///tmp/w.npz"), located("C://w.npz"), located("a:b/w.npz")
    ('/tmp/w.npz', 'C://w.npz', 'a:b/w.npz')
    """
    text = os.fspath(path)
    if isinstance(text, Address):
        return text
    check_parts(text)
    found = _URL.fullmatch(text)
    if found is None:
        return _local(text)
    if (scheme := found["scheme"].lower()) in _LOCAL:
        path = text[text.index("://") + 3 :]
        if scheme == "file":
            path = _on_this_host(path)
        if not path:
            raise UsageError(
                f"{scheme}:// names no file; name its path, as in {scheme}:///folder/weights.npy"
            )
        return _local(_without_root(path))
    if not (found["host"].rpartition("@")[2] + found["path"]).strip("/"):
        raise UsageError(_nowhere(found["scheme"].lower()))
    return Address(text)


def _on_this_host(path: str) -> str:
    """Return what follows ``file://`` without the name of this host, which may stand before the path (RFC 8089, section 2).

    Raises `UsageError` for another host. A dot is none, nor is a drive of Windows, and what no slash follows is a relative path.
    """
    host, slash, rest = path.partition("/")
    if host.lower() == _THIS_HOST:
        return slash + rest
    if not slash or host in ("", ".", "..") or (sys.platform == "win32" and _DRIVE.match(host)):
        return path
    host = host.rpartition("@")[2]
    raise UsageError(
        f"file://{host}/... is a file of the host {host!r}, and only files of this one are reached; name a path, as in file:///folder/weights.npy"
    )


def _nowhere(scheme: str) -> str:
    """Return the refusal of a URL that has nothing after its ``://`` but slashes, a user or a query."""
    what = {"http": "host", "https": "host", "memory": "folder"}.get(scheme, "bucket")
    return f"{scheme}:// names no place in a store; name a {what}, as in {scheme}://{what}/weights.npy"


def _local(path: str) -> str:
    """Return a path of a disk; on Windows a backslash at its end, which means a folder, becomes a slash.

    Raises `UsageError` for a name that Windows takes for a device, before anything looks it up.
    """
    if reason := trouble_here(os.path.basename(path.rstrip("/\\"))):
        raise UsageError(f"{path}: Windows has no files of this name, as it {reason}; choose another name")
    return f"{path[:-1]}/" if sys.platform == "win32" and path.endswith("\\") else path


def _without_root(path: str) -> str:
    """Return the path of a ``file://`` URL; on Windows the slash before a drive is not a part of it."""
    return path[1:] if sys.platform == "win32" and re.match("/[A-Za-z]:", path) else path


def is_remote(path: object) -> TypeGuard[Address]:
    """Tell whether a path is in a store."""
    return isinstance(path, Address)


@overload
def join(folder: Address, name: str) -> Address: ...


@overload
def join(folder: str, name: str) -> str: ...


def join(folder: str, name: str) -> str:
    """Return the path of a file in a folder, which may be in a store; a query of the folder's URL stays at the end.

    >>> join(located("http://host/a"), "50 %.npz"), join(located("s3://bucket/a"), "50 %.npz")
    ('http://host/a/50%20%25.npz', 's3://bucket/a/50 %.npz')
    """
    if not is_remote(folder):
        return os.path.join(folder, name)
    url, mark, query = folder.full.partition("?")
    start = url.index("://") + 3
    if folder.scheme in WEB:
        from urllib.parse import quote

        name = quote(name, _LITERAL, errors="surrogateescape")
    return Address(f"{url[:start]}{url[start:].rstrip('/')}/{name}{mark}{query}")


def plain_name(folder: Address, name: str) -> str:
    """Return the name of a file from the last part of its URL: on a web server, without the encoding that `join` gives it."""
    if folder.scheme not in WEB:
        return name
    from urllib.parse import unquote

    return unquote(name, errors="surrogateescape")


def split(path: str) -> tuple[str, str]:
    """Return the folder of a path and its last name, which is empty if the path ends in ``/``.

    >>> split(located("s3://bucket/a/w.npz")), split("a/w.npz")
    (('s3://bucket/a/', 'w.npz'), ('a', 'w.npz'))
    """
    if not is_remote(path):
        return os.path.split(path)
    url, mark, query = path.full.partition("?")
    start = url.index("://") + 3
    head, slash, name = url[start:].rpartition("/")
    return (Address(f"{url[:start]}{head}/{mark}{query}"), plain_name(path, name)) if slash else (path, "")
