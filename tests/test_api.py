"""The Python functions, as the README shows them."""

from __future__ import annotations

import copy
import dataclasses
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen

SPEC = {
    "input": 3,
    "vars": {"n": 4},
    "layers": [{"name": "fc", "type": "dense", "units": "${n}", "activation": "tanh"}],
}


def test_the_public_names_are_sorted_and_exist() -> None:
    """``__all__`` lists what can be imported."""
    assert sorted(winitgen.__all__) == winitgen.__all__
    assert [] == [name for name in winitgen.__all__ if not hasattr(winitgen, name)]


def test_an_unknown_name_is_an_attribute_error() -> None:
    """The package says so like any other."""
    with pytest.raises(AttributeError, match="module 'winitgen' has no attribute 'generat'"):
        winitgen.generat  # noqa: B018


def test_generate_gives_the_arrays_by_their_names() -> None:
    """A mapping is a spec, too; the arrays are the caller's own."""
    weights = winitgen.generate(SPEC)

    assert {"fc.weight": (4, 3), "fc.bias": (4,)} == {name: array.shape for name, array in weights.items()}
    assert all(array.flags.owndata or array.base.flags.owndata for array in weights.values())
    assert all(array.flags.writeable for array in weights.values())


def test_generate_and_write_draw_the_same_values(tmp_path: Path) -> None:
    """What is in memory and what is in the file are equal, bit for bit."""
    spec = winitgen.load_spec(SPEC)

    winitgen.write(spec, tmp_path / "w.npz", seed=7)

    stored = np.load(tmp_path / "w.npz")
    for name, array in winitgen.generate(spec, seed=7).items():
        np.testing.assert_array_equal(array, stored[name], strict=True)


def test_write_returns_its_report(tmp_path: Path) -> None:
    """The report says what was done, and what the values are like."""
    written = winitgen.write(SPEC, tmp_path / "w.npz")
    again = winitgen.write(SPEC, tmp_path / "w.npz")

    values = winitgen.generate(SPEC)["fc.weight"].astype(np.float64)
    measured = written.report["tensors"][0]["measured"]
    assert ("written", "unchanged") == (written.status, again.status)
    assert pytest.approx([values.mean(), values.std(), values.min(), values.max()], rel=1e-6) == list(
        measured.values()
    )


def test_variables_replace_those_of_the_spec() -> None:
    """``variables`` is what --set is on the command line."""
    spec = winitgen.load_spec(SPEC, variables={"n": 9})

    assert (9, 3) == winitgen.plan(spec).parameters[0].shape


def test_every_mistake_comes_with_its_place() -> None:
    """A SpecError has the mistakes as values."""
    with pytest.raises(winitgen.SpecError) as caught:
        winitgen.load_spec({"input": 3, "layers": [{"type": "dense", "units": 0}]})

    mistake = caught.value.mistakes[0]
    assert ("layers[0].units", "expected a whole number from 1 to 2^40, not 0") == mistake[3:]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": -1}, "a seed is a whole number from 0 to 2^64 - 1, not -1"),
        ({"seed": 1.5}, "a seed is a whole number from 0 to 2^64 - 1, not 1.5"),
        ({"dtype": "float23"}, "unknown dtype 'float23'; did you mean 'float32'?"),
        ({"dtype": "torch.bfloat16"}, "unknown dtype 'torch.bfloat16'; did you mean 'bfloat16'?"),
        ({"dtype": "half"}, "unknown dtype 'half'; did you mean 'float16'?"),
        ({"layout": "paddle"}, "unknown layout 'paddle'; the layouts are flax, keras, nnx, torch"),
    ],
    ids=str,
)
def test_options_that_do_not_exist_are_refused(options: dict[str, object], message: str) -> None:
    """The message says what would be right."""
    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.plan(SPEC, **options)  # type: ignore[arg-type]

    assert message == str(caught.value)


def test_a_dtype_that_cannot_hold_the_values_is_refused_when_it_is_asked_for() -> None:
    """A spec that is sound in float32 may not be in float8; the mistake then says where and why."""
    spec = winitgen.load_spec(
        {
            "layers": [
                {"type": "param", "name": "p", "shape": [2], "init": {"scheme": "constant", "value": 1000}}
            ]
        }
    )

    with pytest.raises(winitgen.SpecError) as caught:
        winitgen.plan(spec, dtype="float8_e4m3fn")

    message = "p: values up to 1000 do not fit in float8_e4m3fn, whose largest number is 448"
    assert message == caught.value.mistakes[0].message


def test_a_plan_can_be_drawn_as_it_is() -> None:
    """A plan has its seed already; another one beside it would be silently ignored, so it is refused."""
    planned = winitgen.plan(SPEC, seed=3)

    assert (
        winitgen.generate(SPEC, seed=3)["fc.weight"].tolist()
        == winitgen.generate(planned)["fc.weight"].tolist()
    )
    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.write(planned, "never.npz", seed=7)
    assert "a plan already has its seed, dtype and layout; to replace them, give its spec" == str(
        caught.value
    )


@pytest.mark.parametrize(
    "changes", [{"seed": 5}, {"dtype": "float16"}, {"layout": "keras"}, {"layers": ()}, {"model": "other"}]
)
def test_a_plan_with_replaced_fields(changes: dict[str, Any], tmp_path: Path) -> None:
    """Its values are those of the plan before, and a recipe would say others: nothing is drawn or written."""
    planned = winitgen.plan(SPEC, seed=3)
    replaced = dataclasses.replace(planned, **changes)
    path = tmp_path / "never.npz"

    for call in (winitgen.plan, winitgen.generate, lambda plan: winitgen.write(plan, path)):
        with pytest.raises(winitgen.UsageError) as caught:
            call(replaced)
        assert (
            "a plan cannot be changed by dataclasses.replace; to change its seed, dtype, layout or layers, plan its "
            "spec anew"
        ) == str(caught.value)
    assert not path.exists()
    for same in (copy.deepcopy(planned), pickle.loads(pickle.dumps(planned))):  # noqa: S301
        assert planned == winitgen.plan(same)


def test_numbers_of_numpy_are_numbers() -> None:
    """A seed or a size that comes out of NumPy is as good as an int."""
    spec = {"input": np.int64(3), "layers": [{"name": "fc", "type": "dense", "units": np.int32(4)}]}

    assert (4, 3) == winitgen.plan(spec, seed=np.int64(3)).parameters[0].shape  # type: ignore[arg-type]
    assert (
        winitgen.plan(spec, seed=3).parameters[0].key
        == winitgen.plan(spec, seed=np.int64(3)).parameters[0].key
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(
            lambda: winitgen.load_spec({"layers": object()}),
            "source['layers'] is text, a number, true, false, a list or a mapping, not an object of type 'object'",
            id="an object in a spec",
        ),
        pytest.param(
            lambda: winitgen.write(SPEC, "a\0b.npz"),
            "path has a NUL character, which is in no file's name",
            id="NUL in a path",
        ),
        pytest.param(
            lambda: winitgen.write(SPEC, "never.npz", threads=-3),
            "threads is a whole number of at least 1, not -3",
            id="threads",
        ),
    ],
)
def test_a_wrong_call_is_a_usage_error(call: Callable[[], object], message: str) -> None:
    """Whatever is refused is a WinitgenError."""
    with pytest.raises(winitgen.UsageError) as caught:
        call()

    assert message == str(caught.value)


def test_writing_takes_one_thread_of_the_linear_algebra_library(tmp_path: Path) -> None:
    """Its threads would compete with those that draw, and spin: the sums of the report use `numpy.dot`."""
    code = (
        "import sys, winitgen\n"
        "found = []\n"
        "def progress(done):\n"
        "    from threadpoolctl import threadpool_info\n"
        "    found.extend(row['num_threads'] for row in threadpool_info() if row['user_api'] == 'blas')\n"
        "spec = {'input': 3, 'layers': [{'type': 'dense', 'units': 5}]}\n"
        "winitgen.write(spec, sys.argv[1] + '/w.npz', progress=progress)\n"
        "winitgen.write(spec, sys.argv[1] + '/', max_shard_size='0.06KB', progress=progress)\n"
        "print(sorted(set(found)))\n"
    )
    environment = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**environment, "OPENBLAS_NUM_THREADS": "2"},
    )

    assert "[1]\n" == done.stdout


def test_finalize_ends_a_run_of_several_processes(tmp_path: Path) -> None:
    """What the ranks have written is checked, and gets its index; a second call changes nothing."""
    folder = f"{tmp_path}/out/"
    winitgen.write(SPEC, folder, max_shard_size="0.03KB")
    index = tmp_path / "out" / "model.safetensors.index.json"
    text = index.read_text()
    index.unlink()

    written = winitgen.finalize(folder, max_shard_size="0.03KB", world_size=np.int64(2))
    again = winitgen.finalize(index, check=True)

    assert ("written", "unchanged") == (written.status, again.status)
    assert text == index.read_text()
    assert (str(index), 2) == (written.report["file"], len(written.report["shards"]))


def test_finalize_names_the_ranks_that_write_what_is_missing(tmp_path: Path) -> None:
    """Nothing is written then."""
    folder = f"{tmp_path}/out/"
    winitgen.write(SPEC, folder, max_shard_size="0.03KB")
    for name in ("model.safetensors.index.json", "model-00002-of-00002.safetensors"):
        (tmp_path / "out" / name).unlink()

    with pytest.raises(winitgen.DiffersError) as caught:
        winitgen.finalize(folder, max_shard_size="0.03KB", world_size=2)

    assert (
        f"{folder}: 1 of 2 shards is missing: model-00002-of-00002.safetensors (--rank 1); "
        "run again with --world-size 2: --rank 1"
    ) == str(caught.value)
    assert ["model-00001-of-00002.safetensors"] == os.listdir(folder)
