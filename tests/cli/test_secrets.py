"""What a URL has of a user, a password and a query stands in no report, no message and nothing that is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Winitgen
from tests.files.stores.conftest import needed
from tests.files.stores.servers import web_server
from winitgen.errors import Mistake, SpecError, UsageError

SPEC = "input: 4\nlayers: [{name: a, type: dense, units: 3}, {name: b, type: dense, units: 2}]\n"
SECRETS = ("anna7", "s3cret9", "t0ken=1")


def test_the_base_of_a_report(winitgen: Winitgen, tmp_path: Path) -> None:
    """The command in a report names the base without its secrets, and so does what is printed."""
    needed("fsspec", "aiohttp")
    (tmp_path / "m.yaml").write_text(SPEC)
    winitgen("init", "m.yaml", "-o", "w.safetensors", cwd=tmp_path)
    with web_server(tmp_path) as web:
        url = web.url.replace("http://", "http://anna7:s3cret9@") + "/w.safetensors?t0ken=1"
        call = ("init", "m.yaml", "--base", url, "--only", "b.*", "-o", "new.safetensors")
        reports = ("--report", "r.json", "--report", "r.md", "--report", "r.html")
        run = winitgen(*call, *reports, "--json", cwd=tmp_path)
        checked = winitgen("verify", "new.safetensors", "--base", url, "--json", cwd=tmp_path)

    assert (0, 0) == (run.code, checked.code), run.err + checked.err
    told = [run.out, run.err, checked.out, checked.err, *map(Path.read_text, tmp_path.glob("r.*"))]
    assert 7 == len(told)
    assert [] == [secret for secret in SECRETS for text in told if secret in text]
    assert f"{web.url}/w.safetensors" in run.out
    assert f'"base": "{web.url}/w.safetensors"' in checked.out


MESSAGES = {
    ("plan",): "cannot read {}: No such file or directory",
    ("import", "--shrink"): "--shrink is for the config of a model; {} is a weight file",
}


@pytest.mark.parametrize("call", MESSAGES)
@pytest.mark.parametrize("style", ["text", "github"])
def test_messages(call: tuple[str, ...], style: str, winitgen: Winitgen) -> None:
    """A URL where none is taken is told without them, too."""
    run = winitgen(*call, "https://anna7:s3cret9@host/w.npz?t0ken=1", "--error-format", style)

    beginning = "winitgen: " if style == "text" else "::error title=winitgen::"
    assert (2, "", beginning + MESSAGES[call].format("https://host/w.npz") + "\n") == run


def test_errors_of_the_library() -> None:
    """As text, whichever error it is."""
    url = "https://anna7:s3cret9@host/w.npz?t0ken=1"
    mistake = Mistake(url, 1, 2, "layers[0]", f"cannot read {url}, as it is gone")

    assert "https://host/w.npz: no" == str(UsageError(f"{url}: no"))
    assert "https://host/w.npz:1:2: layers[0]: cannot read https://host/w.npz, as it is gone" == str(mistake)
    assert str(mistake) == str(SpecError([mistake]))
