"""Which URLs cannot be parsed, so that nobody knows what of them is a password: they are refused, and nothing of them is shown."""

from __future__ import annotations

import re

from winitgen.errors import UsageError, hides_password

_START = re.compile(
    r"(?P<before>[\s\"'<]*)(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):(?P<slashes>/*)(?P<rest>.*)", re.DOTALL
)
_WITHOUT_USER = frozenset({"file", "local", "memory"})
WEB = frozenset({"http", "https"})
"""The schemes whose paths are percent-encoded (RFC 3986, section 2.1)."""
_HIDDEN = "the URL is not shown, as it may hold a password"
_ESCAPE = "percent-encode / as %2F, ? as %3F, # as %23, @ as %40"


def check_parts(text: str) -> None:
    """Raise `UsageError` for a text that may be a URL with a password, of which the host cannot be told."""
    found = _START.match(text)
    if found is None or (scheme := found["scheme"].lower()) in _WITHOUT_USER:
        return
    slashes, rest = found["slashes"], found["rest"]
    if found["before"] or slashes != "//":
        is_name = not slashes and scheme not in WEB and "://" not in rest  # a file may be called a:b:c@d
        if not is_name and hides_password("", rest):
            raise UsageError(
                f"{scheme}:{slashes}... is no URL: one begins with its kind and two slashes, as in {scheme}://host/weights.npy ({_HIDDEN})"
            )
    elif hides_password(slashes, rest):
        raise UsageError(
            f"{scheme}://... has an @ behind the first /, ? or #, so that its host is not known: {_ESCAPE} in user, password, path and query ({_HIDDEN})"
        )
    elif scheme in WEB:
        _check_host(text, scheme)


def _check_host(text: str, scheme: str) -> None:
    """Raise `UsageError` for the URL of a web server whose host and port are none."""
    from urllib.parse import urlsplit  # only here: every run checks its paths, and few have a URL

    try:
        _ = urlsplit(text).port
    except ValueError:
        raise UsageError(
            f"{scheme}://... has no host with a port from 0 to 65535: name one, and {_ESCAPE} in user and password ({_HIDDEN})"
        ) from None
