"""The variables of a model of Keras, by the paths that they have in Keras's own file, and by their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.errors import UsageError

if TYPE_CHECKING:
    from winitgen.layouts.tensor import Tensor

MOST_PATHS = 4
"""How often one part of a model is entered: by attributes, by lists of them and by ``layers``; parts may hold each other."""


class VariableMatch(NamedTuple):
    """The variable of each tensor that has one, by the tensor's name, and the variables that no tensor has."""

    variables: dict[str, Any]
    extra: list[Any]


def match_variables(model: Any, tensors: Sequence[Tensor]) -> VariableMatch:
    """Match variables with tensors as Keras does when it loads a file: by the path there, whatever the layers are called.

    Tensors without such a path are matched by the names of variables, without that of the model.
    """
    left = {id(variable): variable for variable in model.weights}  # metrics and seeds are not among them
    paths = {tensor.keras_path for tensor in tensors if tensor.keras_path}
    by_path = {path: one for path, one in stored_variables(model, paths).items() if id(one) in left}
    found: dict[str, Any] = {}
    for tensor in tensors:
        variable = by_path.get(tensor.keras_path) if tensor.keras_path else None
        if variable is not None and left.pop(id(variable), None) is not None:
            found[tensor.name] = variable
    by_name = {name_of(variable, model): variable for variable in left.values()}
    for tensor in tensors:
        if not tensor.keras_path and tensor.name in by_name:
            found[tensor.name] = left.pop(id(by_name.pop(tensor.name)))
    return VariableMatch(found, list(left.values()))


def name_of(variable: Any, model: Any) -> str:
    """Return the path of a variable as a layer-spec has it: below the model, with groups where names have dots."""
    path: str = variable.path
    return path.removeprefix(f"{model.name}/").replace(".", "/")


def stored_variables(model: Any, paths: Collection[str]) -> dict[str, Any]:
    """Return the variables by their paths in Keras's own file, such as ``layers/dense_1/vars/0``.

    Keras itself walks through the model, as it does to save it, into a store that keeps the variables and no values. A layer
    that is an attribute, too, as in a model that is a class of its own, has several paths, and Keras's file the first one; as
    loading does, this goes on to the next while none of ``paths``, those of the file to load, is there.
    """
    from keras.src.saving import saving_lib

    class VariableStore(saving_lib.H5IOStore):  # type: ignore[misc]  # which Keras's walk asks for
        """Keeps what each layer would store, by the path of the layer."""

        def __init__(self) -> None:
            self.layers: dict[str, dict[str, Any]] = {}

        def __bool__(self) -> bool:
            return True

        def make(self, path: str, metadata: object = None) -> dict[str, Any]:
            self.layers.pop(path, None)  # the latest is the last of the mapping
            return self.layers.setdefault(path, {})

    save = getattr(saving_lib, "_save_state", None)
    if save is None:
        raise UsageError("this release of Keras walks through a model in another way than Keras 3.15 does")
    store = VariableStore()
    passed = _Passed(model, store.layers, paths)
    save(model, weights_store=store, assets_store=None, inner_path="", visited_saveables=passed)
    return {
        f"{path}/vars/{key}".removeprefix("/"): held
        for path, own in store.layers.items()
        for key, held in own.items()
    }


class _Passed(set[int]):
    """What Keras's walk need not enter again, by identity: optimizers, and what was found at a path of the file.

    Keras adds each part of the model after it has put the part's own variables into the store.
    """

    def __init__(self, model: Any, stored: dict[str, dict[str, Any]], paths: Collection[str]) -> None:
        found = [one for one in _models(model) if getattr(one, "optimizer", None) is not None]
        super().__init__(id(one.optimizer) for one in found)
        self._parts = {id(one): one for one in model._flatten_layers(include_self=False)}
        self._stored, self._tried = stored, Counter[int]()
        self._above = {path.rsplit("/", end)[0] for path in paths for end in range(1, path.count("/") + 1)}

    def add(self, part: int, /) -> None:
        """Let the walk pass a part from now on, unless it has weights and nothing of the file is at its path."""
        self._tried[part] += 1
        layer = self._parts.get(part)
        if layer is not None and layer.weights and self._tried[part] < MOST_PATHS:
            path = next(reversed(self._stored))
            if (f"{path}/vars" if self._stored[path] else path) not in self._above:
                return
        super().add(part)


def _models(model: Any) -> Iterator[Any]:
    """Yield a model and the models within it; an optimizer of any, which is no weight, would be copied by Keras's walk."""
    yield model
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _models(layer)
