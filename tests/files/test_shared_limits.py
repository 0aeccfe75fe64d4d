"""What the writer accepts, the reader accepts: at every limit, in every format; the rest is refused beforehand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

import winitgen
from winitgen.errors import UsageError
from winitgen.files import recipe
from winitgen.files.formats import by_name
from winitgen.files.input import opening

UNIT = {"type": "dense", "name": "w", "units": 1, "inputs": 1}
SCALAR = {"type": "param", "name": "p", "shape": [1], "init": "zeros"}


def _rounds(times: int, *layers: dict[str, Any], name: str = "r{i}") -> dict[str, Any]:
    return {"layers": [{"type": "repeat", "times": times, "name": name, "layers": list(layers)}]}


def _nested(levels: int) -> dict[str, Any]:
    layers: list[dict[str, Any]] = [{"type": "dense", "units": 4, "activation": {"name": "elu", "alpha": 2}}]
    for number in range(levels):
        layers = [{"type": "repeat", "times": 1, "name": f"r{number}", "layers": layers}]
    return {"input": 4, "layers": layers}


def _named(length: int) -> dict[str, Any]:
    return {"layers": [{**UNIT, "name": "n" * length}]}


def _joined(times: int, names: int) -> dict[str, Any]:
    """Return a spec in which the lists in ``from`` are as long as all of them may be."""
    first = [{**UNIT, "name": f"a{number}"} for number in range(names)]
    add = {"type": "add", "name": "add", "from": [f"a{number}" for number in range(names)]}
    return {"layers": [*first, {"type": "repeat", "times": times, "name": "s{i}", "layers": [add, UNIT]}]}


LIMITS: dict[str, dict[str, Any]] = {
    "50,000 layers": _rounds(49_999, SCALAR),
    "28,000 tensors in groups": _rounds(14_000, UNIT),
    "100,000 parameters": _rounds(49_999, UNIT),
    "64 levels": _nested(30),
    "longest name": _named(60),
    "sums of many": _joined(50, 300),
}
"""The limits of a spec, each with a spec that just keeps it."""

BY_HAND = {"50,000 layers", "100,000 parameters"}
"""Those that take a minute for each format: `python -m tests.files.test_shared_limits` tries them."""

LARGE = {"28,000 tensors in groups": ("w.h5", "w.safetensors in shards", "w/")}
"""Those that are tried in the formats of the most structure."""

FORMS = ("w.safetensors", "w.npz", "w/", "w.h5", "w.weights.h5", "w.safetensors in shards")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("limit", "form"),
    [(limit, form) for limit in LIMITS if limit not in BY_HAND for form in LARGE.get(limit, FORMS)],
)
def test_what_is_written_is_read_back(limit: str, form: str, tmp_path: Path) -> None:
    """A spec at a limit is written, inspected and verified, by its own recipe where the format holds one."""
    keras = form.endswith(".weights.h5")
    planned = winitgen.plan(LIMITS[limit], layout="keras" if keras else "torch")
    path, _, shards = form.partition(" in ")
    target = f"{tmp_path}/{path}"
    if shards:
        winitgen.write(planned, target, fsync=False, max_shard_size="100kB")
        target = str(next(tmp_path.glob("*.index.json"), target))
    else:
        winitgen.write(planned, target, fsync=False)
    tensors = len(winitgen.inspect(target, header=True)["tensors"])
    short = form == "w.npz" and len(recipe.metadata(planned)["winitgen"]) > 65_535
    found = winitgen.verify(target, LIMITS[limit] if short else None)

    assert tensors == found["totals"]["tensors"] == len(planned.parameters)


@pytest.mark.parametrize("form", ["safetensors", "hdf5", "npy-dir"])
def test_a_recipe_that_is_not_read_back(
    form: str, fake: Any, metadata: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused before anything is written."""
    monkeypatch.setattr(recipe, "MOST_BYTES", len(metadata["winitgen"]) - 1)
    with pytest.raises(UsageError) as caught:
        by_name(form).lay_out([fake("a", (1,))], metadata)

    expected = f"the recipe is longer than what winitgen reads back from {form}: it has {len(metadata['winitgen'])} characters; .npz holds its hash"
    assert expected == str(caught.value)
    by_name("npz").lay_out([fake("a", (1,))], metadata)


@pytest.mark.parametrize(
    ("form", "message"),
    [
        (
            "safetensors",
            "the header has more text than winitgen reads back from safetensors: {:,} bytes; .npz holds it",
        ),
        (
            "npy-dir",
            "the index has more text than winitgen reads back from npy-dir: {:,} bytes; .npz holds it",
        ),
    ],
)
def test_a_header_that_is_not_read_back(
    form: str,
    message: str,
    fake: Any,
    monkeypatch: pytest.MonkeyPatch,
    save: Callable[..., str],
    tmp_path: Path,
) -> None:
    """A header with more quotes, brackets or commas than the reader takes is refused by the writer, too."""
    tensors = [fake(f"a{number}", (1,)) for number in range(100)]
    plan = by_name(form).lay_out(tensors, {})
    size = len(plan["index.json"].fixed[0].content) if form == "npy-dir" else len(plan.fixed[0].content) - 8
    monkeypatch.setitem(opening._MOST, b'"', 200)
    with pytest.raises(UsageError) as caught:
        by_name(form).lay_out(tensors, {})

    assert message.format(size) == str(caught.value)


def main() -> None:
    """Try every limit in every format."""
    for limit in LIMITS:
        for form in FORMS:
            with TemporaryDirectory() as folder:
                test_what_is_written_is_read_back(limit, form, Path(folder))
            print(f"{limit}: {form}", flush=True)


if __name__ == "__main__":
    main()
