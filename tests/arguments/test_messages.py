"""What is said about an argument of the wrong kind, word for word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import winitgen
from tests.arguments.wrong_values import OddArray, OddNumber, OddPath, itself

SPEC = {"input": 3, "vars": {"n": 4}, "layers": [{"name": "fc", "type": "dense", "units": "${n}"}]}
HUGE = 10**5000

OTHER_ORDER = np.dtype("float32").newbyteorder().str

MESSAGES: list[tuple[Callable[[], object], str]] = [
    (lambda: winitgen.inspect(5), "path is the path of a file, not 5"),
    (lambda: winitgen.inspect(None), "path is the path of a file, not nothing"),
    (lambda: winitgen.inspect(""), "path is empty; name a file"),
    (lambda: winitgen.inspect("a\0b"), "path has a NUL character, which is in no file's name"),
    (lambda: winitgen.inspect("a\ud800.npz"), "path has half of a character, which is in no file's name"),
    (lambda: winitgen.write(SPEC, "\udfff"), "path has half of a character, which is in no file's name"),
    (lambda: winitgen.plan(Path("\ud800")), "spec has half of a character, which is in no file's name"),
    (
        lambda: winitgen.diff("a", b"b"),
        "b is the path of a file, not an object of type 'bytes'; os.fsdecode makes text of bytes",
    ),
    (
        lambda: winitgen.diff(OddPath(b"a"), "b"),
        "a is the path of a file, not an object of type 'bytes'; os.fsdecode makes text of bytes",
    ),
    (
        lambda: winitgen.inspect(OddPath(ValueError("no"))),
        "path is the path of a file, not an object of type 'OddPath'",
    ),
    (lambda: winitgen.verify(str, SPEC), "path is the path of a file, not the class 'str'"),
    (
        lambda: winitgen.plan(None),
        "spec is the path of a file, a mapping, a ModelSpec or a Plan, not nothing",
    ),
    (lambda: winitgen.load_spec(None), "source is the path of a file or a mapping, not nothing"),
    (
        lambda: winitgen.load_spec(winitgen.load_spec(SPEC)),
        "source is the path of a file or a mapping, not an object of type 'ModelSpec'",
    ),
    (
        lambda: winitgen.probe(winitgen.plan(SPEC)),
        "spec is the path of a file, a mapping or a ModelSpec, not an object of type 'Plan'",
    ),
    (lambda: winitgen.plan({1: 2}), "a key of spec is text, not 1"),
    (lambda: winitgen.plan({"vars": {None: 2}}), "a key of spec['vars'] is text, not nothing"),
    (lambda: winitgen.plan(itself()), "spec holds itself, or too many levels of lists and mappings"),
    (lambda: winitgen.plan({"input": [float("nan")]}), "spec['input'][0] is a finite number, not nan"),
    (
        lambda: winitgen.plan({"input": HUGE}),
        "spec['input'] is a number below 2^1024, not a number of 16610 bits",
    ),
    (
        lambda: winitgen.plan({"input": np.array([3, 4])}),
        "spec['input'] is text, a number, true, false, a list or a mapping, not an object of type 'ndarray'",
    ),
    (
        lambda: winitgen.plan(SPEC, seed=True),
        "a seed is a whole number from 0 to 2^64 - 1, not true",
    ),
    (
        lambda: winitgen.plan(SPEC, seed=np.float64(1)),
        "a seed is a whole number from 0 to 2^64 - 1, not 1.0",
    ),
    (
        lambda: winitgen.plan(SPEC, seed=HUGE),
        "a seed is a whole number from 0 to 2^64 - 1, not a number of 16610 bits",
    ),
    (
        lambda: winitgen.plan(SPEC, dtype=float),
        "dtype is the name of a number format, such as 'float32', or a dtype of NumPy or PyTorch, not the class 'float'",
    ),
    (
        lambda: winitgen.plan(SPEC, dtype=np.int32),
        "unknown dtype 'int32'; the dtypes are float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2, float8_e4m3fnuz, float8_e5m2fnuz",
    ),
    (
        lambda: winitgen.plan(SPEC, dtype=np.dtype("float32").newbyteorder()),
        f"dtype has no byte order, which the file format decides: write 'float32', not '{OTHER_ORDER}'",
    ),
    (lambda: winitgen.plan(SPEC, dtype=">f4"), "unknown dtype '>f4'; did you mean 'float32'?"),
    (lambda: winitgen.plan(SPEC, dtype="f2"), "unknown dtype 'f2'; did you mean 'float16'?"),
    (lambda: winitgen.plan(SPEC, layout=5), "layout is text, not 5"),
    (lambda: winitgen.plan(SPEC, layout=["torch"]), "layout is text, not an object of type 'list'"),
    (lambda: winitgen.write(SPEC, "w", format=5), "format is text, not 5"),
    (lambda: winitgen.write(SPEC, "w", force=1), "force is True or False, not 1"),
    (lambda: winitgen.write(SPEC, "w", fsync=None), "fsync is True or False, not nothing"),
    (lambda: winitgen.write(SPEC, "w", threads=True), "threads is a whole number of at least 1, not true"),
    (lambda: winitgen.inspect("w", threads=-1), "threads is a whole number of at least 1, not -1"),
    (
        lambda: winitgen.probe(SPEC, samples=OddNumber()),
        "samples is a whole number of at least 1, not an object of type 'OddNumber'",
    ),
    (lambda: winitgen.write(SPEC, "w", progress="print"), "progress is a function, not 'print'"),
    (lambda: winitgen.write(SPEC, "w", only="fc.*"), "only is a list, not 'fc.*'"),
    (lambda: winitgen.write(SPEC, "w", except_=["fc.*", None]), "except_[1] is text, not nothing"),
    (lambda: winitgen.probe(SPEC, compare=OddArray()), "compare is a list, not an object of type 'OddArray'"),
    (lambda: winitgen.probe(SPEC, sweep={"gain": "12"}), "sweep['gain'] is a list, not '12'"),
    (lambda: winitgen.probe(SPEC, sweep={"gain": [True]}), "sweep['gain'][0] is a number, not true"),
    (lambda: winitgen.probe(SPEC, sweep=[1]), "sweep is a mapping, not an object of type 'list'"),
    (lambda: winitgen.load_spec(SPEC, variables=[1]), "variables is a mapping, not an object of type 'list'"),
    (lambda: winitgen.load_spec(SPEC, variables={1: 1}), "a key of variables is text, not 1"),
    (
        lambda: winitgen.load_spec(SPEC, variables={"n": None}),
        "variables['n'] is text, a number, true, false, a list or a mapping, not nothing",
    ),
    (
        lambda: winitgen.load_spec(SPEC, variables={"n": float("inf")}),
        "variables['n'] is a finite number, not inf",
    ),
    (
        lambda: winitgen.load_spec(SPEC, variables={"n": np.True_}),
        "the variable 'n' is a number in the spec; true cannot replace it",
    ),
]


@pytest.mark.parametrize(("call", "message"), MESSAGES, ids=[message for _, message in MESSAGES])
def test_a_wrong_kind_is_named(
    call: Callable[[], object], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The argument comes first, then what it may be, then what it is."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(winitgen.UsageError) as caught:
        call()

    assert message == str(caught.value)
    assert [] == [*tmp_path.iterdir()]
