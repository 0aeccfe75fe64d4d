"""What each opcode of a pickle does: those of protocols 2 to 5, as far as files of weights have them."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import partial
from typing import Any

from winitgen.files.formats.pytorch.pickled import Entries, Made
from winitgen.files.formats.pytorch.unpickling import (
    MOST_STEPS,
    BadPickleError,
    ForeignPickleError,
    Step,
    TooLargeError,
    Unpickling,
    long_number,
    named,
)

_OF_PYTORCH = frozenset(
    bytes([code]) for code in b"c\x81RbaesuX(t\x85\x86\x87N\x89\x88)]}\x8fJKMGUQhjqr\x8a\x80"
)
"""The opcodes that ``torch.load(weights_only=True)`` knows."""


def loaded(pickle: Unpickling) -> Any:
    """Return what a pickle says, and leave its file behind it; raise `BadPickleError` for one that is no pickle."""
    try:
        for _ in range(MOST_STEPS):
            code = pickle.take(1)
            if code == b".":
                return pickle.pop()
            if (step := OPCODES.get(code)) is None:
                raise _unknown(code[0])
            if code not in _OF_PYTORCH and not pickle.foreign:
                pickle.foreign.append(code[0])
            step(pickle)
    except (IndexError, KeyError, UnicodeDecodeError, struct.error):
        raise BadPickleError("it is cut off, or is not a pickle") from None
    raise TooLargeError(f"it has more than {MOST_STEPS:,} steps, the most that winitgen reads")


def _unknown(code: int) -> BadPickleError:
    """Return the error for an opcode that is not read: Python's older protocols and its links to what it loaded have more."""
    from pickletools import opcodes

    if any(ord(opcode.code) == code for opcode in opcodes):
        return ForeignPickleError(f"it has the opcode 0x{code:02x}")
    return BadPickleError(f"it has the opcode 0x{code:02x}, which no pickle has")


def _constant(value: Any) -> Step:
    return lambda pickle: pickle.push_again(value)


def _whole(form: str) -> Step:
    return lambda pickle: pickle.push(pickle.number(form))


def _text(form: str) -> Step:
    return lambda pickle: pickle.push(pickle.take(pickle.number(form)).decode("utf-8", "surrogatepass"))


def _old_text(form: str) -> Step:
    return lambda pickle: pickle.push(pickle.old_text(pickle.take(pickle.number(form))))


def _bytes(form: str) -> Step:
    return lambda pickle: pickle.push(pickle.take(pickle.number(form)))


def _long(form: str) -> Step:
    return lambda pickle: pickle.push(long_number(pickle.take(pickle.number(form))))


def _tuple(count: int, pickle: Unpickling) -> None:
    pickle.push(tuple([pickle.pop() for _ in range(count)][::-1]))


def _set(pairs: list[Any], pickle: Unpickling) -> None:
    """Put keys and values, in turn, into the dictionary or the object on the stack."""
    pickle.changes(pickle.top)
    pickle.put(pickle.top, list(zip(pairs[::2], pairs[1::2], strict=True)))


def _set_one(pickle: Unpickling) -> None:
    value, key = pickle.pop(), pickle.pop()
    _set([key, value], pickle)


def _set_all(pickle: Unpickling) -> None:
    pairs = pickle.pop_mark()
    if len(pairs) % 2:
        raise BadPickleError("it sets a key without a value")
    _set(pairs, pickle)


def _append(found: list[Any], pickle: Unpickling) -> None:
    pickle.changes(pickle.top)
    pickle.extend(pickle.top, found)


def _append_one(pickle: Unpickling) -> None:
    _append([pickle.pop()], pickle)


def _append_all(pickle: Unpickling) -> None:
    _append(pickle.pop_mark(), pickle)


def _add_all(pickle: Unpickling) -> None:
    """Put items into a set, of which nothing is kept; PyTorch does not know this opcode."""
    items = pickle.pop_mark()
    pickle.changes(pickle.top)
    pickle.add(pickle.top, items)


def _call(pickle: Unpickling, *, new: bool) -> None:
    pickle.count_call()
    args, name = pickle.pop(), pickle.pop()
    pickle.push(pickle.called(named(name), args, new=new))


def _call_with_keywords(pickle: Unpickling) -> None:
    pickle.count_call()
    keywords, args, name = pickle.pop(), pickle.pop(), pickle.pop()
    pickle.push(pickle.called(named(name), (args, keywords), new=True))


def _build(pickle: Unpickling) -> None:
    state = pickle.pop()
    pickle.changes(pickle.top)
    pickle.set_state(pickle.top, state)


def _name(pickle: Unpickling) -> None:
    module = pickle.line()
    pickle.name(module, pickle.line())


def _name_of_texts(pickle: Unpickling) -> None:
    name, module = pickle.pop(), pickle.pop()
    if not isinstance(name, str) or not isinstance(module, str):
        raise BadPickleError("it names a function by what is not a text")
    pickle.name(module, name)


def _frozen(pickle: Unpickling) -> None:
    items = pickle.pop_mark()
    pickle.push(Made("builtins.frozenset", ()))
    pickle.add(pickle.top, items)


OPCODES: Mapping[bytes, Step] = {
    b"\x80": lambda pickle: pickle.protocol(pickle.number("<B")),
    b"\x95": lambda pickle: pickle.frame(pickle.number("<Q")),
    b"N": _constant(None),
    b"\x88": _constant(True),
    b"\x89": _constant(False),
    b")": _constant(()),
    b"]": lambda pickle: pickle.push([]),
    b"}": lambda pickle: pickle.push(Entries()),
    b"\x8f": lambda pickle: pickle.push(Made("builtins.set", ())),
    b"J": _whole("<i"),
    b"K": _whole("<B"),
    b"M": _whole("<H"),
    b"G": _whole(">d"),
    b"\x8a": _long("<B"),
    b"\x8b": _long("<I"),
    b"X": _text("<I"),
    b"\x8c": _text("<B"),
    b"\x8d": _text("<Q"),
    b"U": _old_text("<B"),
    b"T": _bytes("<I"),
    b"C": _bytes("<B"),
    b"B": _bytes("<I"),
    b"\x8e": _bytes("<Q"),
    b"\x96": _bytes("<Q"),
    b"(": Unpickling.mark,
    b"0": Unpickling.pop,
    b"1": Unpickling.pop_mark,
    b"2": Unpickling.duplicate,
    b"t": lambda pickle: pickle.push(tuple(pickle.pop_mark())),
    b"\x85": partial(_tuple, 1),
    b"\x86": partial(_tuple, 2),
    b"\x87": partial(_tuple, 3),
    b"a": _append_one,
    b"e": _append_all,
    b"\x90": _add_all,
    b"\x91": _frozen,
    b"s": _set_one,
    b"u": _set_all,
    b"c": _name,
    b"\x93": _name_of_texts,
    b"R": partial(_call, new=False),
    b"\x81": partial(_call, new=True),
    b"\x92": _call_with_keywords,
    b"b": _build,
    b"Q": lambda pickle: pickle.keep(),
    b"q": lambda pickle: pickle.remember(pickle.number("<B")),
    b"r": lambda pickle: pickle.remember(pickle.number("<I")),
    b"\x94": Unpickling.remember_next,
    b"h": lambda pickle: pickle.recall(pickle.number("<B")),
    b"j": lambda pickle: pickle.recall(pickle.number("<I")),
}
"""What is done for each opcode; ``.``, the end, is not among them."""
