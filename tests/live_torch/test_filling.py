"""`init_` in one process: values, ties, the meta device, buffers, names, and what it refuses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import checkpoint_wrapper

import winitgen
from tests.live_torch.models import MLP, MODELS, Net, perceptron
from tests.live_torch.ranks import bits
from winitgen.torch import drawn_parts, init_

SHARED: Mapping[str, Any] = {
    "model": "shared",
    "input": {"tokens": 5},
    "layers": [
        {"name": "table", "type": "embedding", "count": 11, "dim": 4},
        {"name": "head", "type": "dense", "units": 11, "use_bias": False, "tied_to": "table", "tied": "omit"},
    ],
}


def same(module: nn.Module, spec: Any, **options: Any) -> bool:
    """Tell whether a module has the values that `generate` draws, to the bit."""
    from winitgen.checkpoint.frameworks import to_torch

    drawn = winitgen.generate(spec, **options)
    return all(
        torch.equal(bits(to_torch(drawn[name])), bits(value)) for name, value in module.state_dict().items()
    )


def shared() -> nn.Module:
    """Return a module whose head is its table."""
    module = Net({"table": nn.Embedding(11, 4), "head": nn.Linear(4, 11, bias=False)})
    module["head"].weight = module["table"].weight
    return module


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_values_are_those_of_the_file(name: str, device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the processor and on the meta device; whatever pieces are drawn at once, and in threads."""
    monkeypatch.setattr(drawn_parts, "PIECE", 7)
    monkeypatch.setattr(drawn_parts, "threads_for", lambda nbytes, threads: threads)
    with torch.device(device):
        module = MODELS[name].build()

    assert module is init_(module, MODELS[name].spec, seed=3, threads=2)
    assert same(module, MODELS[name].spec, seed=3)


def test_every_number_format_is_filled() -> None:
    """Also those that NumPy has no name for, in a tensor of no axes and in one of three."""
    for dtype in ("float64", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"):
        module = nn.Module()
        for name, shape in (("one", ()), ("three", (2, 3, 4))):
            value = torch.zeros(shape, dtype=getattr(torch, dtype))
            module.register_parameter(name, nn.Parameter(value, requires_grad=False))
        layers = [
            {"name": name, "type": "param", "shape": shape, "init": "normal"}
            for name, shape in (("one", []), ("three", [2, 3, 4]))
        ]
        spec = {"dtype": dtype, "layers": layers}

        assert same(init_(module, spec), spec)


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_ties_stay(device: str) -> None:
    """The name that the spec leaves out is that of the same parameter, which keeps what was set on it."""
    with torch.device(device):
        module = shared()
    module["table"].weight.requires_grad_(False).mine = "kept"
    init_(module, SHARED)

    assert module["head"].weight is module["table"].weight
    assert (False, "kept") == (module["table"].weight.requires_grad, module["table"].weight.mine)
    assert same(Net({"table": module["table"]}), SHARED)


def test_a_tensor_that_the_spec_draws_twice_is_refused() -> None:
    """Its values would be those of one of two."""
    layers = [dict(layer) for layer in SHARED["layers"]]
    del layers[1]["tied_to"], layers[1]["tied"]

    with pytest.raises(winitgen.DiffersError) as error:
        init_(shared(), {**SHARED, "layers": layers})
    assert (
        "Net: head.weight and table.weight are one tensor, and the spec draws two; tie them there by tied_to"
        == str(error.value)
    )


def test_a_stage_has_a_part_of_the_spec() -> None:
    """Only with ``part``; and its own names may be the ends of those in the spec."""
    module = nn.ModuleDict({"weight_of": nn.Linear(7, 12)})
    stage, fc1 = nn.ModuleDict({"fc2": nn.Linear(12, 10)}), nn.Linear(7, 12)
    init_(stage, MLP, part=True)
    init_(fc1, MLP, part=True, prefix="fc1.")

    assert same(stage, MLP)
    assert same(nn.ModuleDict({"fc1": fc1}), MLP)
    with pytest.raises(winitgen.DiffersError) as error:
        init_(module, MLP, part=True)
    assert (
        "ModuleDict: weight_of.bias is not among the tensors of the spec\n"
        "ModuleDict: weight_of.weight is not among the tensors of the spec" == str(error.value)
    )


class Rotary(nn.Module):  # type: ignore[misc]  # its class is not typed
    """A module with a buffer that its state_dict leaves out."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(7, 12)
        self.register_buffer("angles", torch.ones(3), persistent=False)


def test_a_buffer_outside_of_the_state_dict_stays() -> None:
    """On the meta device with a warning; the spec has no values for it."""
    init_(plain := Rotary(), MLP, part=True)
    with torch.device("meta"):
        meta = Rotary()
    with pytest.warns(UserWarning, match="angles") as told:
        init_(meta, MLP, part=True)

    assert [1, 1, 1] == plain.angles.tolist()
    assert (True, False) == (meta.angles.is_meta, meta.fc1.weight.is_meta)
    assert [
        "left on the meta device, as the state_dict and the spec have no values for it: angles; compute them before the module is used"
    ] == [str(one.message) for one in told]


def test_a_buffer_outside_of_the_state_dict_is_filled_if_the_spec_has_it() -> None:
    """Its name says that these values are meant."""
    spec = {
        "input": 7,
        "layers": [
            {"name": "fc1", "type": "dense", "units": 12},
            {"name": "angles", "type": "param", "shape": [3], "init": "normal"},
        ],
    }
    with torch.device("meta"):
        module = Rotary()
    init_(module, spec)

    assert winitgen.generate(spec)["angles"].tolist() == module.angles.tolist()


def test_wrappers_do_not_change_names() -> None:
    """Those of activation checkpoints and of torch.compile."""
    module = perceptron()
    module["fc1"] = checkpoint_wrapper(module["fc1"])
    init_(torch.compile(module, backend="eager"), MLP)

    assert same(module, MLP)


class FullyShardedDataParallel(nn.Module):  # type: ignore[misc]  # its class is not typed
    """Has the name of the class of FSDP's first version, whose real one needs a process group."""


def test_only_whole_names_are_those_of_wrappers() -> None:
    """A part whose name ends like one keeps it."""
    module = Net({"my_orig_mod": nn.Linear(7, 12)})
    spec = {"input": 7, "layers": [{"name": "my_orig_mod", "type": "dense", "units": 12}]}

    assert same(init_(module, spec), spec)


def sparse(module: Any) -> Any:
    """Return a module with a sparse parameter."""
    module["fc1"].weight = nn.Parameter(module["fc1"].weight.detach().to_sparse())
    return module


def lazy(module: Any) -> Any:
    """Return a module with a layer that has no shape yet."""
    module["out"] = nn.LazyLinear(5)
    return module


def strided(shape: tuple[int, ...], steps: tuple[int, ...]) -> Callable[[Any], Any]:
    """Return what gives a module's first kernel a memory in which its elements are so many steps apart."""

    def changed(module: Any) -> Any:
        module["fc1"].weight = nn.Parameter(torch.zeros(200).as_strided(shape, steps))
        return module

    return changed


def in_one(first: slice, second: slice) -> Callable[[Any], Any]:
    """Return what gives two biases of a module, of 12 and 10 elements, parts of one memory."""

    def changed(module: Any) -> Any:
        memory = torch.zeros(40)
        module["fc1"].bias, module["fc2"].bias = nn.Parameter(memory[first]), nn.Parameter(memory[second])
        return module

    return changed


@pytest.mark.parametrize(
    "change",
    [
        strided((12, 7), (1, 12)),
        strided((12, 7), (7, 13)),
        in_one(slice(12), slice(12, 22)),
        in_one(slice(0, 24, 2), slice(1, 21, 2)),
    ],
)
def test_memory_that_only_interleaves_is_filled(change: Callable[[Any], Any]) -> None:
    """Transposed, with gaps that other elements fill, and as parts of one buffer."""
    assert same(init_(change(perceptron()), MLP), MLP)


def test_a_tie_through_memory_alone_is_filled() -> None:
    """Two parameters over the same elements, which the spec draws once."""
    module = shared()
    module["head"].weight = nn.Parameter(module["table"].weight.detach())
    layers = [dict(layer) for layer in SHARED["layers"]]
    del layers[1]["tied"]
    spec = {**SHARED, "layers": layers}

    assert same(init_(module, spec), spec)


SHARE = "share memory, and the spec draws two; give one memory of its own by clone(), or tie them there"
ITSELF = "has elements that share memory, as after expand; give it memory of its own by contiguous()"


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (lambda module: Net({**module, "more": nn.Linear(1, 1, bias=False)}), ["more.weight is not among the tensors of the spec"]),
        (lambda module: Net({n: module[n] for n in ("fc1", "fc2", "fc3")}), ["out.weight is missing", "out.bias is missing"]),
        (lambda module: Net({**module, "out": nn.Linear(10, 6, bias=False)}), ["out.bias is missing", "out.weight has the shape [6, 10], not [5, 10]"]),
        (lambda module: Net({**module, "out": module["out"].half()}), ["out.weight is float16, not float32", "out.bias is float16, not float32"]),
        (lazy, ["out.weight has no shape, not [5, 10]", "out.bias has no shape, not [5]"]),
        (strided((12, 7), (0, 0)), [f"fc1.weight {ITSELF}"]),
        (strided((12, 7), (0, 1)), [f"fc1.weight {ITSELF}"]),
        (strided((12, 7), (1, 1)), [f"fc1.weight {ITSELF}"]),
        (strided((12, 7), (5, 3)), [f"fc1.weight {ITSELF}"]),
        (in_one(slice(12), slice(11, 21)), [f"fc1.bias and fc2.bias {SHARE}"]),
        (in_one(slice(0, 24, 2), slice(4, 14)), [f"fc1.bias and fc2.bias {SHARE}"]),
        (lambda module: Net({**module, "_orig_mod": Net({"fc1": nn.Linear(7, 12, bias=False)})}), ["fc1.weight is the name of 2 tensors, and the spec has one"]),
        (sparse, ["fc1.weight has the layout torch.sparse_coo, and only torch.strided can be filled"]),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(change: Callable[[Any], Any], lines: list[str]) -> None:
    """In the words of verify, all at once, and nothing is changed."""
    module = change(perceptron())
    before = bits(module["fc2"].weight).clone()

    with pytest.raises(winitgen.DiffersError) as error:
        init_(module, MLP)
    assert [f"Net: {line}" for line in lines] == str(error.value).splitlines()
    assert torch.equal(before, bits(module["fc2"].weight))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: init_(3, MLP), "module is a torch.nn.Module, not of the class int"),
        (lambda: init_(perceptron(), MLP, part=1), "part is True or False, not 1"),
        (lambda: init_(perceptron(), MLP, prefix=1), "prefix is text, not 1"),
        (lambda: init_(perceptron(), MLP, no_dist=None), "no_dist is True or False, not nothing"),
        (lambda: init_(perceptron(), MLP, threads=0), "threads is a whole number of at least 1, not 0"),
        (lambda: init_(perceptron(), MLP, seed=-1), "a seed is a whole number from 0 to 2^64 - 1, not -1"),
        (
            lambda: init_(perceptron(), winitgen.plan(MLP, layout="keras")),
            "the plan has the layout keras, and a module of PyTorch needs torch",
        ),
        (
            lambda: init_(nn.Sequential(FullyShardedDataParallel()), MLP),
            "FullyShardedDataParallel joins parameters into flat ones; shard with torch.distributed.fsdp.fully_shard, or fill the module before it is wrapped",
        ),
    ],
)
def test_a_call_that_cannot_be_is_refused(call: Callable[[], object], message: str) -> None:
    """One line says what is expected."""
    with pytest.raises(winitgen.UsageError) as error:
        call()
    assert message == str(error.value)


HERE = "device is one that PyTorch has here, not"


@pytest.mark.parametrize("at", ["cpu", "meta"])
@pytest.mark.parametrize(
    ("device", "message"),
    [
        ("meta", "device is one with memory, such as 'cpu', not 'meta'"),
        (torch.device("meta"), "device is one with memory, such as 'cpu', not 'meta'"),
        ("cuda:99", None),
        ("gpu", None),
        (object(), None),
        ([], None),
    ],
)
def test_a_device_that_cannot_be_is_refused(at: str, device: object, message: str | None) -> None:
    """In the words of `winitgen.open`, whether the module needs memory or not; it stays as it was."""
    with torch.device(at):
        module = perceptron()
    if message is None:
        with pytest.raises(winitgen.UsageError) as error:
            winitgen.open(MLP, "pt", device)  # type: ignore[arg-type]
        message = str(error.value)
        assert message.startswith(HERE)
    before = dict(module.named_parameters())

    with pytest.raises(winitgen.UsageError) as error:
        init_(module, MLP, device=device)
    assert message == str(error.value)
    assert all(value is before[name] for name, value in module.named_parameters())


def test_no_memory_where_the_default_device_is_meta() -> None:
    """The module would come back without values; with a device, or with memory, it is filled."""
    plain = perceptron()
    with torch.device("meta"):
        module = perceptron()
        with pytest.raises(winitgen.UsageError) as error:
            init_(module, MLP)
        init_(plain, MLP)
        filled = init_(perceptron(), MLP, device="cpu")

    assert (
        "PyTorch's default device is meta here, where no tensor has memory; "
        "call init_ outside of torch.device('meta'), or give it a device" == str(error.value)
    )
    assert module["fc1"].weight.is_meta
    assert same(plain, MLP)
    assert same(filled, MLP)


def test_the_layout_of_a_spec_does_not_matter() -> None:
    """A module of PyTorch has PyTorch's names."""
    module = init_(perceptron(), {**MLP, "layout": "keras"})

    assert same(module, MLP)


def test_values_of_a_file_are_copied(tmp_path: Path) -> None:
    """A spec may take a tensor from a file, which is closed afterwards."""
    path = tmp_path / "w.npz"
    winitgen.write(MLP, path, seed=8)
    values = winitgen.generate(MLP, seed=8)["fc1.weight"]
    digest = hashlib.sha256(values.tobytes()).hexdigest()
    kept = {"scheme": "file", "path": str(path), "tensor": "fc1.weight", "sha256": digest}
    spec = {"layers": [{"name": "kept", "type": "param", "shape": [12, 7], "init": kept}]}
    module = nn.Module()
    module.register_parameter("kept", nn.Parameter(torch.zeros(12, 7)))
    init_(module, spec)
    path.unlink()

    assert values.tolist() == module.kept.tolist()
