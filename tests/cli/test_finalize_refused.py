"""What ``winitgen finalize`` says of a folder that is no whole model."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Winitgen
from tests.cli.four_shards import SHARDS, SIZE, content


def truncate(out: Path) -> None:
    """Cut a shard, as a full disk of another program would."""
    path = out / SHARDS[1]
    path.write_bytes(path.read_bytes()[:-10])


def empty(out: Path) -> None:
    """Leave a shard without content."""
    (out / SHARDS[1]).write_bytes(b"")


def append(out: Path) -> None:
    """Add bytes to a shard."""
    path = out / SHARDS[1]
    path.write_bytes(path.read_bytes() + b"mine")


def replace(out: Path) -> None:
    """Put a file of the safetensors library where a shard belongs."""
    import numpy as np
    from safetensors.numpy import save_file

    save_file({"c.weight": np.zeros(3, np.float32)}, out / SHARDS[1])


def of_another_seed(out: Path) -> None:
    """Put a shard of a run with another seed."""
    import winitgen

    winitgen.write(out.parent / "model.yaml", f"{out.parent}/other/", max_shard_size="7KB", seed=4)
    shutil.copy(out.parent / "other" / SHARDS[1], out)


def twice(out: Path) -> None:
    """Put a shard of a run with another size of shards in the place of the second."""
    shutil.copy(out / SHARDS[0], out / SHARDS[1])


def smaller(out: Path) -> None:
    """Put a shard of a run with another size of shards, which has some of the third's tensors."""
    import winitgen

    winitgen.write(out.parent / "model.yaml", f"{out.parent}/other/", max_shard_size="6.5KB")
    names = sorted(path.name for path in (out.parent / "other").glob("*.safetensors"))
    assert SHARDS == names
    shutil.copy(out.parent / "other" / SHARDS[2], out)


def reordered(out: Path) -> None:
    """Write the header of a shard anew, with the tensors it has."""
    path = out / SHARDS[2]
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    header["__metadata__"]["more"] = "mine"
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content[8 + size :])


def several(out: Path) -> None:
    """Add a part of a run with another number of shards, and take a shard away."""
    shutil.copy(out / SHARDS[0], out / "model-00001-of-00002.safetensors")
    (out / SHARDS[1]).unlink()


def beside_an_older_run(out: Path) -> None:
    """Add a part of a newer run with another number of shards to a complete one."""
    shutil.copy(out / SHARDS[0], out / "model-00001-of-00002.safetensors")


def two_whole(out: Path) -> None:
    """Add a whole model in one file."""
    import winitgen

    alone = out.parent / "model.safetensors"  # `write` refuses it beside the shards
    winitgen.write(out.parent / "model.yaml", alone)
    alone.rename(out / alone.name)


def nothing(out: Path) -> None:
    """Take all shards away."""
    for name in SHARDS:
        (out / name).unlink()


ONE_SIZE = "the ranks divided the model differently; run all with the same --max-shard-size"
DAMAGED = f"out/{SHARDS[1]} is a damaged safetensors file"
WHICH = "name the --max-shard-size of the one that is meant, or move the others away"
FOLDERS = {
    truncate: (1, f"{DAMAGED}: it ends 10 bytes too early; remove it, and write it again"),
    append: (1, f"{DAMAGED}: no tensor covers its last 4 bytes; remove it, and write it again"),
    empty: (1, f"out/{SHARDS[1]} is empty; remove it, and write it again"),
    replace: (3, f"out/{SHARDS[1]} carries no recipe of winitgen, and has the name of a shard; move it away"),
    of_another_seed: (
        1,
        (
            f"out/{SHARDS[1]} is of another run than out/{SHARDS[0]}: its seed is 4, not 3; write one of them again with "
            "--force"
        ),
    ),
    twice: (1, f"out/{SHARDS[0]} and out/{SHARDS[1]} both hold 'a.weight': {ONE_SIZE}"),
    smaller: (1, f"no shard holds 'c.bias': {ONE_SIZE}"),
    reordered: (1, f"out/{SHARDS[2]} differs from what its recipe says; write it again"),
    several: (1, f"out holds shards of several runs: 1 of 2 and 3 of 4; {WHICH}"),
    beside_an_older_run: (1, f"out holds shards of several runs: 1 of 2 and 4 of 4; {WHICH}"),
    two_whole: (1, f"out holds shards of several runs: 1 of 1 and 4 of 4; {WHICH}"),
    nothing: (1, "out holds no model-00001-of-00002.safetensors or the like"),
}


@pytest.mark.parametrize("change", FOLDERS, ids=lambda change: change.__name__)
def test_refused(winitgen: Winitgen, out: Path, change: Callable[[Path], None]) -> None:
    """One line says what is wrong, and no index is written."""
    code, message = FOLDERS[change]
    change(out)
    before = content(out)
    run = winitgen("finalize", "out", cwd=out.parent)

    assert (code, "", f"winitgen: {message}\n") == tuple(run)
    assert before == content(out)


def test_a_folder_that_is_not_there(winitgen: Winitgen, tmp_path: Path) -> None:
    """It cannot be read."""
    run = winitgen("finalize", f"{tmp_path}/none/")

    assert (2, "", f"winitgen: cannot read {tmp_path}/none/: No such file or directory\n") == tuple(run)


def test_a_name_with_a_large_number(winitgen: Winitgen, out: Path) -> None:
    """The shards that are missing by it are counted, and not listed."""
    for name in SHARDS[1:]:
        (out / name).unlink()
    (out / SHARDS[0]).rename(out / "model-00001-of-99999999999.safetensors")
    run = winitgen("finalize", "out/", cwd=out.parent)

    missing = ", ".join(f"model-{number:05d}-of-99999999999.safetensors" for number in range(2, 22))
    assert (1, "") == (run.code, run.out)
    assert (
        "winitgen: out/: 99,999,999,998 of 99,999,999,999 shards are missing: "
        f"{missing} and 99,999,999,978 more; run their ranks again; with --world-size and --max-shard-size of the run, "
        "the ranks are named\n"
    ) == run.err


def test_shards_of_a_run_with_a_base(winitgen: Winitgen, out: Path) -> None:
    """They are right, and only their index is lost, which the same run writes again."""
    winitgen("init", "model.yaml", "-o", "base.npz", "--seed", "9", "-q", cwd=out.parent)
    call = ("init", "model.yaml", "-o", "on/", *SIZE, "--base", "base.npz", "--only", "a.*", "-q")
    winitgen(*call, cwd=out.parent)
    index = out.parent / "on" / "model.safetensors.index.json"
    before = content(index.parent)
    index.unlink()

    again = "run init again as before: shards that are there stay, and it writes the index"
    line = f"winitgen: on/{SHARDS[0]} is of a run with --base, which ends without finalize; {again}\n"
    for more in ((), ("--check",), ("--force",)):
        assert (2, "", line) == tuple(winitgen("finalize", "on/", *more, cwd=out.parent))
    assert 0 == winitgen(*call, cwd=out.parent).code
    assert before == content(index.parent)


def test_an_index_of_keras(winitgen: Winitgen, out: Path) -> None:
    """No rank writes its shards."""
    line = "winitgen: k/model.weights.json is an index of Keras's, whose shards one process writes; init writes it with them\n"
    assert (2, "", line) == tuple(winitgen("finalize", "k/model.weights.json", cwd=out.parent))
