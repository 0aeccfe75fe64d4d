"""fsspec's file system of an address, or which package is missing."""

from __future__ import annotations

from typing import Any

from winitgen.errors import UsageError, install
from winitgen.files.stores.address import Address
from winitgen.files.stores.trouble import answers

_PACKAGES = {
    "s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "abfss": "adlfs",
    "hf": "huggingface_hub", "http": "aiohttp", "https": "aiohttp",
}  # fmt: skip
"""The package that each kind of URL needs beside fsspec."""

_EXTRA = frozenset({"fsspec", "s3fs", "aiohttp"})
"""The packages of the extra ``remote``."""


def file_system(address: Address) -> tuple[Any, str]:
    """Return fsspec's file system for an address, and the path in it; raise `UsageError` if it is not installed.

    Nothing is cached: another program may have changed the folder.
    """
    try:
        from fsspec.core import url_to_fs

        with answers(address):
            found: tuple[Any, str] = url_to_fs(address.full, use_listings_cache=False)
    except ImportError:
        raise _missing(address, "fsspec") from None
    except OSError as error:
        if isinstance(error.__cause__, ImportError):
            raise _missing(address, _PACKAGES.get(address.scheme, "")) from None
        if isinstance(error.__cause__, ValueError) and "rotocol not known" in str(error.__cause__):
            known = ", ".join(f"{scheme}://" for scheme in ("s3", "gs", "az", "hf", "https"))
            raise UsageError(
                f"{address}: unknown kind of store '{address.scheme}://'; {known} are known"
            ) from None
        raise
    return found


def _missing(address: Address, package: str) -> UsageError:
    """Return the refusal of a URL whose package is not installed."""
    if package in _EXTRA:
        return UsageError(f"{address} needs the package {package}: {install('remote')}")
    if package:
        return UsageError(f"{address} needs the package {package}: pip install {package} fsspec")
    return UsageError(
        f"{address} needs a package that fsspec does not find; install the one for {address.scheme}://"
    )
