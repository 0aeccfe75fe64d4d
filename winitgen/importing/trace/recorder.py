"""Records every operation on tensors while a model is built, on tensors that have a shape but no memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from unittest.mock import patch

import torch
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from winitgen.importing.trace.operations import is_random
from winitgen.importing.trace.replay import behind, replayed
from winitgen.importing.trace.steps import Steps
from winitgen.importing.trace.views import View

aten = torch.ops.aten
TRUNCATED = "_no_grad_trunc_normal_"


class TensorRecorder(TorchDispatchMode):  # type: ignore[misc]  # its class is not typed
    """A mode of PyTorch that hands each operation on, and keeps what it did in ``steps``.

    A value that the program asks for, as in ``if (x > 0).any()``, is computed from the steps so far; ``looked`` says
    whether one of them was random.
    """

    def __init__(self) -> None:
        super().__init__()
        self.steps = Steps()
        self.held: dict[int, Any] = {}
        self.looked = False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operation and record it, unless it only looks at its tensors."""
        kwargs = kwargs or {}
        if func is aten._local_scalar_dense.default:
            return self.answer(args[0], lambda values: values.item())
        operands, options = self._viewed(args), self._viewed(kwargs)
        out = func(*args, **kwargs)
        makes = self._made(out)
        writes = _written(func, operands, options)
        if writes or any(makes):
            name = func._schema.name.partition("::")[2]
            self.steps.add(name, func, operands, options, writes, makes)
        return out

    def note(self, name: str, function: Callable[..., Any], tensor: Any, *numbers: Any) -> None:
        """Record a function that fills a tensor as one operation, without running it."""
        view = self.view(tensor)
        self.steps.add(name, function, (view, *numbers), {}, (view,), ())

    def view(self, tensor: Any) -> View:
        """Return where the elements of a tensor are; its memory is kept, so that no other takes its place."""
        storage = tensor.untyped_storage()
        block = storage._cdata
        if block not in self.held:
            self.held[block] = storage
            if not isinstance(tensor, FakeTensor) and tensor.device.type != "meta":
                self.steps.constants[block] = storage.clone()
                self.steps.shapes[block] = (storage.nbytes() // tensor.element_size(),)
        dtype = str(tensor.dtype).removeprefix("torch.")
        size, stride = tuple(map(int, tensor.shape)), tuple(map(int, tensor.stride()))
        return View(block, dtype, tensor.element_size(), int(tensor.storage_offset()), size, stride)

    def answer(self, tensor: Any, question: Callable[[Any], Any]) -> Any:
        """Return what ``question`` gives for the tensor with values, drawn by the operations so far."""
        with outside():
            view, time = self.view(tensor), len(self.steps.all)
            self.looked |= any(map(is_random, behind(self.steps, view, time)))
            return question(replayed(self.steps, view, time, seed=0))

    def _viewed(self, value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            with outside():
                return self.view(value)
        if isinstance(value, list | tuple):
            return tuple(map(self._viewed, value))
        return {key: self._viewed(item) for key, item in value.items()} if isinstance(value, dict) else value

    def _made(self, out: Any) -> tuple[View | None, ...]:
        """Return the tensors among what an operation returned that are in memory not seen before."""
        outs = out if isinstance(out, list | tuple) else [out]
        with outside():
            return tuple(
                self.view(one)
                if isinstance(one, torch.Tensor) and one.untyped_storage()._cdata not in self.held
                else None
                for one in outs
            )


def _written(func: Any, operands: tuple[Any, ...], options: dict[str, Any]) -> tuple[View, ...]:
    """Return the tensors that an operation changes, among its operands in their order and by their names."""
    arguments = func._schema.arguments
    given = {argument.name: value for argument, value in zip(arguments, operands, strict=False)} | options
    changed = [one.name for one in arguments if one.alias_info is not None and one.alias_info.is_write]
    return tuple(given[name] for name in changed if isinstance(given.get(name), View))


class Answers(TorchFunctionMode):  # type: ignore[misc]  # its class is not typed
    """Answers with values where a program turns a tensor into an array of NumPy."""

    def __init__(self, recorder: TensorRecorder) -> None:
        super().__init__()
        self.recorder = recorder

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run a function; one that needs the memory of a tensor gets it."""
        if func in {torch.Tensor.numpy, torch.Tensor.__array__} and isinstance(args[0], FakeTensor):
            return self.recorder.answer(args[0], lambda values: values.numpy())
        return func(*args, **(kwargs or {}))


@contextmanager
def outside() -> Iterator[None]:
    """Run PyTorch as if no mode were there."""
    with torch._C._DisableTorchDispatch(), torch._C.DisableTorchFunction():
        yield


@contextmanager
def recording() -> Iterator[TensorRecorder]:
    """Build models without memory for their weights, and record how they are initialized."""
    recorder = TensorRecorder()
    with (
        torch.random.fork_rng(devices=[]),
        FakeTensorMode(allow_non_fake_inputs=True),
        recorder,
        Answers(recorder),
        _patched(recorder),
    ):
        yield recorder


@contextmanager
def _patched(recorder: TensorRecorder) -> Iterator[None]:
    """Have functions of `torch.nn.init` that take many operations recorded as one, and copies of tensors as theirs."""
    with (
        patch.object(torch.nn.init, TRUNCATED, _noted(recorder, TRUNCATED, "truncated_normal")),
        patch.object(torch.nn.init, "orthogonal_", _noted(recorder, "orthogonal_", "orthogonal")),
        patch.object(FakeTensor, "__deepcopy__", _copied),
        patch.object(torch.utils, "swap_tensors", _swap),
    ):
        yield


def _copied(tensor: Any, memo: dict[int, Any]) -> Any:
    """Return a copy of a tensor for `copy.deepcopy`: a clone, which is recorded, in the same mode.

    PyTorch's own copies the mode as well, and a second mode gives each result memory that nothing else has.
    """
    if id(tensor) not in memo:
        with torch.no_grad():
            found = tensor.detach().clone().requires_grad_(tensor.requires_grad)
        for name, value in vars(tensor).items():
            if name not in vars(found):
                setattr(found, name, deepcopy(value, memo))
        memo[id(tensor)] = found
    return memo[id(tensor)]


def _swap(one: Any, other: Any) -> None:
    """Give two tensors what the other was, as a module does that changes its number format.

    PyTorch's own refuses tensors that something refers to weakly, which a mode does.
    """
    one.__dict__, other.__dict__ = vars(other), vars(one)
    torch._C._swap_tensor_impl(one, other)


def _noted(recorder: TensorRecorder, old: str, name: str) -> Callable[..., Any]:
    """Return a function that records a call of one in `torch.nn.init`, with its numbers, as one operation."""
    original = getattr(torch.nn.init, old)

    def fill(tensor: Any, *numbers: Any, generator: Any = None, **options: Any) -> Any:
        if not isinstance(tensor, FakeTensor):
            return original(tensor, *numbers, **options)
        recorder.note(name, original, tensor, *numbers, *options.values())
        return tensor

    return fill
