"""No command shows a password of a URL that cannot be parsed, whichever argument it is."""

from __future__ import annotations

from pathlib import Path

import pytest

import winitgen
from tests.cli.conftest import Winitgen

CALLS = """inspect U
diff U x.npz
diff x.npz U
convert U o.npz
convert x.npz U
init U -o o.npz
init s.yaml -o U
init s.yaml -o o.npz --base U
init s.yaml -o o.npz --report U
init s.yaml -o o.npz --report=U
verify x.npz U
verify x.npz s.yaml --base U
plan U
probe U
probe s.yaml --samples U
import U
import x.npz -o U
finalize U""".splitlines()


@pytest.mark.parametrize("url", ["http://bob:SEC/b+RET@127.0.0.1:9/w.npz", "https:/bob:SEC'RET@h/w.json"])
@pytest.mark.parametrize("call", CALLS)
def test_nothing_is_shown(call: str, url: str, here: Winitgen, tmp_path: Path) -> None:
    """The call is refused before anything is read or written."""
    spec = {"layers": [{"type": "param", "name": "a", "shape": [2], "init": "zeros"}]}
    winitgen.write(spec, tmp_path / "x.npz")
    (tmp_path / "s.yaml").write_text("layers: [{type: param, name: a, shape: [2], init: zeros}]\n")
    done = here(*(argument.replace("U", url) for argument in call.split()))

    assert (2, "") == (done.code, done.out)
    assert "(the URL is not shown, as it may hold a password)" in done.err
    assert not any(secret in done.err for secret in ("SEC", "RET"))
    assert {"s.yaml", "x.npz"} == {path.name for path in tmp_path.iterdir()}
