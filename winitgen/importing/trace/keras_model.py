"""The tensors of a model of Keras, by the paths of its variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from winitgen.errors import Mistake, SpecError
from winitgen.importing.found import FoundTensor, TracedModel
from winitgen.importing.trace.formulas import named
from winitgen.importing.trace.initializers import keras_fans, law_of, law_of_values
from winitgen.importing.trace.refusals import NO_LAW, NO_VARIABLES


def tensors_of(build: Any, kwargs: Mapping[str, Any], file: str) -> TracedModel | Any:
    """Return the tensors of the model that ``build`` returns, or what it returns if that is no model of Keras.

    A variable's name is its path with dots, such as ``sequential.dense.kernel``. Raises what ``build`` raises, and
    `SpecError` for a model without variables, or variables whose law cannot be said.
    """
    import keras

    keras.utils.clear_session()  # it counts layers of one name; a first layer has no number
    with _watched() as initializers:
        model = build(**kwargs)
    if not isinstance(model, keras.layers.Layer):
        return model
    if not model.weights:
        raise SpecError([Mistake(file, 0, 0, "", NO_VARIABLES)])
    found, mistakes = [], []
    for variable in model.weights:
        name = variable.path.replace("/", ".")
        tensor = _tensor(name, variable, initializers.get(id(variable)))
        if tensor is None:
            mistakes.append(Mistake(file, 0, 0, name, NO_LAW))
        else:
            found.append(tensor)
    if mistakes:
        raise SpecError(mistakes)
    return TracedModel(found, [])


def _tensor(name: str, variable: Any, initializer: Any) -> FoundTensor | None:
    shape, dtype = tuple(map(int, variable.shape)), str(variable.dtype)
    if initializer is None:
        return None
    law = law_of(initializer, shape)
    if law is not None:
        scheme = named(law, keras_fans(vars(initializer), shape) if len(shape) > 1 else None)
        return FoundTensor(name, shape, dtype, scheme.init, scheme.comment, scheme.fans)
    found = law_of_values(initializer, shape, dtype)
    return found and FoundTensor(name, shape, dtype, found.init, found.evidence)


@contextmanager
def _watched() -> Iterator[dict[int, Any]]:
    """Note what initializes each variable that is made meanwhile, by the variable's ``id``."""
    import keras

    found: dict[int, Any] = {}
    cls = keras.Variable
    original = cls.__init__

    def init(self: Any, initializer: Any, *args: Any, **kwargs: Any) -> None:
        found[id(self)] = keras.initializers.get(initializer) if isinstance(initializer, str) else initializer
        original(self, initializer, *args, **kwargs)

    with patch.object(cls, "__init__", init):
        yield found
