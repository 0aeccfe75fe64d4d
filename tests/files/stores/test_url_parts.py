"""URLs of which nobody knows what is a password are refused, and nothing of them is shown."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import winitgen
from winitgen.errors import UsageError, without_secrets
from winitgen.files.stores.address import Address, located

ESCAPE = "percent-encode / as %2F, ? as %3F, # as %23, @ as %40"
HIDDEN = "(the URL is not shown, as it may hold a password)"
BEHIND = (
    "{}://... has an @ behind the first /, ? or #, so that its host is not known: "
    f"{ESCAPE} in user, password, path and query {HIDDEN}"
).format
PORT = (
    f"{{}}://... has no host with a port from 0 to 65535: name one, and {ESCAPE} in user and password {HIDDEN}"
).format
SLASHES = (
    "{0}:{1}... is no URL: one begins with its kind and two slashes, as in {0}://host/weights.npy " + HIDDEN
).format


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://bob:AKIA/b+c/d==@host.example/w.npz", BEHIND("http")),
        ("http://bob:s3c?ret@127.0.0.1:8917/w.npz", BEHIND("http")),
        ("http://bob:s3c#ret@h/w.npz", BEHIND("http")),
        ("https://bob:p@ss/w@h/w.npz", BEHIND("https")),
        ("http://bob:12/34@h/w.npz", BEHIND("http")),
        ("s3://key:sec/ret@bucket/w.npz", BEHIND("s3")),
        ("http://127.0.0.1:99999/w.npz", PORT("http")),
        ("https://bob:AKIA/w.npz", PORT("https")),
        ("http://bob:p[w@h/w.npz", PORT("http")),
        ("http:/bob:s3cret@h/w.npz", SLASHES("http", "/")),
        ("HTTP:bob:s3cret@h/w.npz", SLASHES("http", "")),
        ("https:///bob:s3/cret@h/w.npz", SLASHES("https", "///")),
        ("ftp:/bob:s3cret@h/w.npz", SLASHES("ftp", "/")),
        (" http://bob:s3cret@h/w.npz", SLASHES("http", "//")),
        ("simplecache::https://bob:s3cret@h/w.npz", SLASHES("simplecache", "")),
    ],
)
def test_refusals(url: str, message: str, tmp_path: Path) -> None:
    """The line says what to write instead."""
    for refused in (
        lambda: located(url),
        lambda: winitgen.inspect(url),
        lambda: winitgen.convert(url, tmp_path / "o.npz"),
    ):
        with pytest.raises(UsageError) as caught:
            refused()
        assert message == str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.example/npm/pkg@1.0/w.npz",
        "https://h:8080/w.npz?a=b",
        "https://me:pa%2Fss@h:80/w%402.npz",
        "http://me:p@ss@h/w.npz",
        "http://[::1]:80/w.npz",
        "sftp://me@h/w@2.npz",
        "abfs://box@account.dfs.example/w@2.npz",
        "memory:///a:b@c/w.npz",
    ],
)
def test_urls(url: str) -> None:
    """What can be parsed remains a URL, with an ``@`` in its path, too, where no password can end at it."""
    assert isinstance(located(url), Address)


@pytest.mark.parametrize("path", ["lr:0.1:a@best.npz", "run:1@best/w.npz", "s3:/b/w.npz", "http:/h/w.npz"])
def test_names_of_files(path: str) -> None:
    """A colon and an ``@`` may be in a name."""
    assert located(path) == path


SECRETS = "AbcXyz"


def generated(seed: int) -> str:
    """Return a URL with a password of which every run of letters is a secret, malformed or not."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    marks = ["/", "?", "#", "@", ":", "//", "+", "=", "%", "&", "[", "]", ";", ",", "\\", "/@", "?@", "~"]
    password = SECRETS[:3]
    for _ in range(draw.randrange(1, 4)):
        password += draw.choice(marks) + draw.choice((SECRETS[:3], SECRETS[3:], ""))
    scheme, slashes = (draw.choice(one) for one in (("http", "https", "ftp"), ("//", "//", "//", "/", "///")))
    return f"{scheme}:{slashes}bob:{password}@127.0.0.1:9/w.{draw.choice(('npz', 'yaml', 'json'))}"


def test_generated_passwords() -> None:
    """No letter of a password is shown by an address, nor by a message about the text of a URL."""
    refused = 0
    for seed in range(3_000):
        url = generated(seed)
        try:
            shown = str(located(url))
        except UsageError as error:
            shown = str(error)
            refused += 1
        for text in (shown, without_secrets(f"cannot read {url}: no"), without_secrets(f"not {url!r}")):
            assert not any(secret in text for secret in (SECRETS[:3], SECRETS[3:])), url
    assert 1_500 < refused < 2_800
