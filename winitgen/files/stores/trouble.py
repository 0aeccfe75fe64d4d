"""The errors of all stores as errors of the operating system, each with one line without secrets."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from winitgen.files.stores.address import Address

_NO_CREDENTIALS = frozenset(
    {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "DefaultCredentialsError"}
)
_TIMEOUTS = frozenset(
    {"TimeoutError", "FSTimeoutError", "ServerTimeoutError", "ConnectTimeoutError", "ReadTimeoutError"}
)
_NO_CONNECTION = frozenset(
    {
        "ClientConnectorError",
        "ConnectionClosedError",
        "ConnectionRefusedError",
        "ConnectionResetError",
        "EndpointConnectionError",
        "ServerDisconnectedError",
    }
)
_DENIED = frozenset({401, 403})
_LONGEST = 300


@contextmanager
def answers(address: Address) -> Iterator[None]:
    """Turn any error about an address into an `OSError`, whose ``strerror`` is one line without secrets."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:  # the libraries of stores have many kinds
        raise _as_os_error(error, address) from error


def _as_os_error(error: Exception, address: Address) -> OSError:
    chain = list(_causes(error))
    kinds = {kind.__name__ for one in chain for kind in type(one).__mro__}
    status = next((status for one in chain if isinstance(status := getattr(one, "status", None), int)), None)
    said = _said(error, address) if status is None else f"HTTP status {status}"
    if kinds & _NO_CREDENTIALS:
        advice = ", as in AWS_PROFILE" if address.scheme == "s3" else ""
        found = errno.EACCES, f"no credentials were found; set them as for the store's own tools{advice}"
    elif kinds & _NO_CONNECTION:
        found = errno.ECONNREFUSED, "the store cannot be reached, or closed the connection"
    elif kinds & _TIMEOUTS:
        found = errno.ETIMEDOUT, "the store did not answer in time"
    elif "TooManyRedirects" in kinds:
        found = errno.EIO, "the store redirects in a circle, or too often"
    elif "PermissionError" in kinds or status in _DENIED:
        found = errno.EACCES, f"the store denies access: {said}"
    elif isinstance(error, FileNotFoundError) and status in (None, 404):
        sentence = said if " " in said and address not in said else os.strerror(errno.ENOENT)
        found = errno.ENOENT, sentence
    elif isinstance(error, ValueError) and "range requests" in said:
        found = errno.EIO, "the store sends no ranges; download the file"
    elif isinstance(error, NotImplementedError):
        found = errno.EROFS, f"{address.scheme}:// can only be read"
    else:
        found = errno.EIO, f"the store failed: {said}"
    return OSError(*found)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those that it came from."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or error.__context__


def _said(error: Exception, address: Address) -> str:
    """Return the text of an error on one line, with secrets blotted out."""
    own = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    text = " ".join(own.split()) or type(error).__name__
    for secret in sorted(address.secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text[:_LONGEST]
