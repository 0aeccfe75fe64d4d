"""A property that is computed once for each object, and by no lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Value = TypeVar("Value")


class KeptProperty(Generic[Value]):
    """Keeps what the function returns among the attributes of the object, which are found before it then.

    ``functools.cached_property`` of Python 3.11 holds a lock for all objects of the class, which a thread may hold
    while another one forks; in the child it would be held for ever. Here two threads may both compute an equal value.
    """

    def __init__(self, compute: Callable[[Any], Value]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Value: ...
    def __get__(self, instance: object, owner: type) -> Self | Value:
        """Return the value of an object, or for the class the property."""
        if instance is None:
            return self
        value: Value = self._compute(instance)
        vars(instance)[self._compute.__name__] = value
        return value


kept_property = KeptProperty
