"""Random programs of a pickle's opcodes, in files of PyTorch: as it writes them, and otherwise."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence

import numpy as np

from tests.files.formats.torch_files import NUMBER, pickled, zipped

STORAGES = {
    "0": ("Float", np.arange(12, dtype="<f4")),
    "1": ("Float", np.arange(50, 62, dtype="<f4")),
    "2": ("Long", np.arange(12, dtype="<i8")),
    "3": ("ComplexFloat", np.arange(12, dtype="<c8") * (1 + 2j)),
}
VIEWS = [((2,), (1,)), ((2, 3), (3, 1)), ((3, 2), (1, 3)), ((), ()), ((0, 2), (2, 1)), ((2, 2), (0, 5))]


class Program:
    """One program: it is made value by value; ``odd`` is how often a value is other than ``torch.save`` writes it."""

    def __init__(self, seed: str, *, stream: bool) -> None:
        self.pick = random.Random(seed)  # noqa: S311  # the same on every run
        self.odd = self.pick.choice([0, 0, 0.02, 0.05, 0.15])
        self.stream = stream
        self.kept: dict[str, list[int]] = {}
        self.used: dict[str, None] = {}
        self.count = 0
        self.content = b"\x80\2" + self.top() + b"."

    def chance(self, share: float) -> bool:
        """Tell, by chance, whether to do something."""
        return self.pick.random() < share

    def top(self) -> bytes:
        """Return what a file holds."""
        return self.dictionary(3) if self.chance(0.95) else self.value(3)

    def keep(self, kind: str, content: bytes) -> bytes:
        """Return a value, now and then remembered."""
        if not self.chance(0.6) or self.count > 200:
            return content
        self.kept.setdefault(kind, []).append(self.count)
        self.count += 1
        return content + b"q" + bytes([self.count - 1])

    def again(self, *kinds: str) -> bytes | None:
        """Return a remembered value, now and then."""
        found = [number for kind in kinds for number in self.kept.get(kind, ())]
        return b"h" + bytes([self.pick.choice(found)]) if found and self.chance(0.25) else None

    def value(self, depth: int) -> bytes:
        """Return any value."""
        if self.chance(self.odd) and (changed := self.changed()):
            return changed
        makers: Sequence[Callable[[], bytes]] = [
            self.tensor, self.tensor, self.tensor, self.parameter, self.plain, lambda: self.dictionary(depth - 1),
            lambda: self.listed(depth - 1), self.beside, self.call if self.chance(self.odd) else self.tensor,
        ]  # fmt: skip
        return self.pick.choice(makers if depth > 0 else makers[:5])()

    def changed(self) -> bytes | None:
        """Return a remembered value that is changed."""
        found = self.again("list", "dict", "ordered", "tensor", "numbers", "old", "flags", "pair", "counter")
        change = self.pick.choice([
            lambda: self.number() + b"a", lambda: b"(" + self.number() + self.value(0) + b"e",
            lambda: self.key() + self.value(0) + b"s", lambda: self.key() + self.value(0) + b"s",
            lambda: b"(" + self.key() + self.value(0) + b"u", lambda: self.state() + b"b", lambda: self.flag() + b"s",
        ])  # fmt: skip
        return found and found + change()

    def plain(self) -> bytes:
        """Return a value that is no tensor."""
        return self.pick.choice(
            [b"N", b"\x88", self.number(), self.text("some"), b"G" + struct.pack(">d", 0.5), self.name("torch.float32")]
        )  # fmt: skip

    def number(self) -> bytes:
        """Return a small number."""
        return b"K" + bytes([self.pick.randrange(4)])

    def text(self, text: str) -> bytes:
        """Return a text, now and then as Python 2 wrote it."""
        raw = text.encode()
        return (
            b"U" + bytes([len(raw)]) + raw if self.chance(0.1) else b"X" + struct.pack("<I", len(raw)) + raw
        )

    def name(self, name: str) -> bytes:
        """Return a function or a class."""
        module, _, last = name.rpartition(".")
        return f"c{module}\n{last}\n".encode()

    def called(self, name: str, *args: bytes, new: bool = False) -> bytes:
        """Return a call; now and then with an argument more or less, or of another kind."""
        listed = list(args)
        if self.chance(self.odd) and listed:
            at = self.pick.randrange(len(listed))
            listed[at : at + self.pick.choice([0, 1])] = self.pick.choice([[], [self.value(0)]])
        begin, end = (b"](", b"e") if self.chance(self.odd / 3) else (b"(", b"t")
        made = self.name(name) + begin + b"".join(listed) + end
        return made + (b"\x81" if new != self.chance(self.odd / 3) else b"R")

    def key(self) -> bytes:
        """Return a key of a dictionary."""
        if self.chance(0.1):
            return self.pick.choice(
                [b"K\1", b"\x88", b"G" + struct.pack(">d", 1), b"N", b"K\1K\2\x86", self.text("1")]
            )
        if self.chance(self.odd / 2):
            return self.pick.choice([self.listed(0), self.tensor(), self.numbers((1, 2)), b"]"])
        return self.text(
            f"k{self.pick.randrange(30)}" if self.chance(0.98) else self.pick.choice(["items", "_metadata"])
        )

    def pairs(self, depth: int) -> bytes:
        """Return keys and values, put into a dictionary in one step or in several."""
        found = b""
        for _ in range(self.pick.randrange(4)):
            one = self.key() + self.value(depth)
            found += b"(" + one + b"u" if self.chance(0.5) else one + b"s"
        return found

    def dictionary(self, depth: int) -> bytes:
        """Return a dictionary of some kind."""
        kind = self.pick.choice(["dict", "dict", "ordered", "ordered", "listed", "counter"])
        if kind == "dict":
            return self.again("dict") or self.keep("dict", b"}") + self.pairs(depth)
        if kind == "ordered":
            state = b"}" + self.text("_metadata") + self.value(0) + b"sb" if self.chance(0.3) else b""
            start = self.again("ordered") or self.keep(
                "ordered", self.called("collections.OrderedDict", new=self.chance(0.1))
            )
            return start + self.pairs(depth) + state
        if kind == "listed":
            pairs = b"".join(self.pair(depth) for _ in range(self.pick.randrange(3)))
            return self.called("collections.OrderedDict", b"](" + pairs + b"e")
        return self.keep(
            "counter", self.called("collections.Counter", b"}" + self.pairs(depth))
        ) + self.pairs(depth)

    def pair(self, depth: int) -> bytes:
        """Return a key and a value, as Python 2 wrote an ordered dictionary."""
        both = self.key() + self.value(depth)
        return self.keep("pair", b"](" + both + b"e") if self.chance(0.7) else both + b"\x86"

    def listed(self, depth: int) -> bytes:
        """Return a list or a tuple."""
        items = b"".join(self.value(depth) for _ in range(self.pick.randrange(4)))
        if self.chance(0.5):
            return b"(" + items + b"t"
        return self.again("list") or self.keep("list", b"]") + b"(" + items + b"e"

    def beside(self) -> bytes:
        """Return an object that is no tensor."""
        return self.pick.choice([
            self.called("torch.device", self.text(self.pick.choice(["cpu", "cuda"])), self.number()),
            self.called("_codecs.encode", self.text("abc"), self.text("latin1")),
            self.called("builtins.set", b"](" + self.key() + b"e"), b"\x8f",
            self.called("torch.Size", self.numbers((2, 3))), self.stored(),
            self.called("builtins.complex", b"G" + struct.pack(">d", 1), b"G" + struct.pack(">d", 2)),
        ])  # fmt: skip

    def call(self) -> bytes:
        """Return a call of anything that PyTorch allows."""
        name = self.pick.choice([
            "torch.Tensor", "torch.Size", "torch.float32", "torch.FloatStorage", "collections.OrderedDict",
            "torch.nn.parameter.Parameter", "builtins.set", "builtins.bytearray", "torch.device", "torch.LongTensor",
            "torch._utils._rebuild_wrapper_subclass", "torch._utils._rebuild_nested_tensor", "torch.uint3",
            "torch._utils._rebuild_meta_tensor_no_storage", "torch._utils._rebuild_device_tensor_from_cpu_tensor",
        ])  # fmt: skip
        return self.called(
            name, *(self.value(0) for _ in range(self.pick.randrange(5))), new=self.chance(0.3)
        )

    def numbers(self, numbers: Sequence[int]) -> bytes:
        """Return a shape or strides."""
        items = b"".join(b"K" + bytes([one]) for one in numbers)
        if self.chance(self.odd):
            return self.keep("numbers", b"](" + items + b"e")
        made = self.keep("shape", b"(" + items + b"t")
        return self.called("torch.Size", made) if self.chance(self.odd) else made

    def stored(self, key: str = "") -> bytes:
        """Return a storage."""
        key = key or self.pick.choice(list(STORAGES))
        kind, values = STORAGES[key]
        place = self.pick.choice(["meta", "nowhere", "cpu:0"]) if self.chance(self.odd / 3) else "cpu"
        count = len(values) - self.chance(self.odd / 5)
        if self.chance(self.odd / 5):
            kind = "Int"
        parts = [self.text("storage"), self.name(f"torch.{kind}Storage"), self.text(key), self.text(place)]
        parts += [b"K" + bytes([count]), *([self.view(key)] if self.stream else [])]
        self.used[key] = None
        if self.chance(self.odd / 5):
            parts.pop() if self.chance(0.5) else parts.append(b"N")
        return self.keep(f"stored{key}", b"(" + b"".join(parts) + b"tQ")

    def view(self, key: str) -> bytes:
        """Return None, or a view of a part of a storage."""
        if self.chance(0.7):
            return b"N"
        own = "0" if self.chance(self.odd) else f"v{key}{self.pick.randrange(1 + (self.odd > 0))}"
        begin = self.number() if self.chance(self.odd) else b"K\2"
        return self.text(own) + begin + b"K\x0a\x87"

    def hooks(self) -> bytes:
        """Return the hooks of a tensor, which has none."""
        return self.value(0) if self.chance(self.odd) else self.called("collections.OrderedDict")

    def flag(self) -> bytes:
        """Return a bit of a tensor, and whether it is set."""
        value = b"\x88" if self.chance(0.9) or not self.odd else self.pick.choice([b"\x89", b"K\1", b"N"])
        return self.text(self.pick.choice(["conj", "neg"])) + value

    def flags(self, key: str) -> bytes:
        """Return the metadata of a tensor."""
        bit = (
            self.text("conj" if key == "3" else "neg") + b"\x88s"
            if not self.chance(self.odd)
            else self.flag() + b"s"
        )
        if self.chance(self.odd):
            return self.called("collections.OrderedDict") + bit
        return self.keep("flags", b"}") + (
            (bit if key != "2" or self.odd else b"") if self.chance(0.6) else b""
        )

    def view_of(self, key: str) -> list[bytes]:
        """Return a storage, an offset, a shape and strides."""
        shape, strides = self.pick.choice(VIEWS)
        return [
            self.again(f"stored{key}") or self.stored(key),
            self.number(),
            self.numbers(shape),
            self.numbers(strides),
        ]

    def tensor(self) -> bytes:
        """Return a tensor, made in some way."""
        if (found := self.again("tensor", "old")) is not None:
            return found
        key = self.pick.choice(list(STORAGES))
        trained = b"\x88" if key != "2" and self.chance(0.3) else b"\x89"
        view, flags = self.view_of(key), [self.flags(key)] if self.chance(0.3) else []
        kind, dtype = STORAGES[key][0], {"0": "float32", "1": "float32", "2": "int64", "3": "complex64"}[key]
        if self.odd and self.chance(0.1):
            dtype = self.pick.choice(["float32", "bfloat16", "int32", "float8_e5m2"])
        made = self.pick.choice(["v2", "v2", "v2", "v2", "v3", "plain", "old", "type"])
        if made == "old" and key != "3":
            state = b"(" + b"".join(view) + b"tb" if self.chance(1 - self.odd) else b""
            return self.keep("old", self.called(f"torch.{kind}Tensor")) + state
        if made == "plain":
            return self.keep("tensor", self.called("torch._utils._rebuild_tensor", *view))
        if made == "v3":
            args = [*view, trained, self.hooks(), self.name(f"torch.{dtype}"), *flags]
            return self.keep("tensor", self.called("torch._utils._rebuild_tensor_v3", *args))
        args = [*view, trained, self.hooks(), *flags]
        if made == "type":
            names = [self.name("torch._utils._rebuild_tensor_v2"), self.name("torch.Tensor")]
            inner = b"(" + b"".join(args) + b"t"
            return self.keep(
                "tensor", self.called("torch._tensor._rebuild_from_type_v2", *names, inner, self.state())
            )
        return self.keep("tensor", self.called("torch._utils._rebuild_tensor_v2", *args))

    def state(self) -> bytes:
        """Return the state of a tensor, which is empty."""
        if not self.chance(self.odd * 3):
            return self.pick.choice([b"N", b"}"])
        own = b"}" + self.text(self.pick.choice(["data", "other", "grad"])) + self.tensor() + b"s"
        return self.pick.choice(
            [own, own + b"N\x86", b"N" + own + b"\x86", b"(" + b"".join(self.view_of("1")) + b"t"]
        )

    def parameter(self) -> bytes:
        """Return a parameter."""
        key = self.pick.choice(["0", "1", "3"])
        args = [*self.view_of(key), b"\x89", self.hooks()]
        inner = self.called("torch._utils._rebuild_tensor_v2", *args) if self.chance(0.8) else self.tensor()
        trained = b"\x88" if self.chance(0.5) else b"\x89"
        form = self.pick.choice(
            ["_rebuild_parameter", "_rebuild_parameter", "_rebuild_parameter_with_state", "new"]
        )
        if form == "new":
            made = self.called("torch.nn.parameter.Parameter", inner, trained, new=self.chance(0.5))
        else:
            states = [self.state()] if form.endswith("state") else []
            made = self.called(f"torch._utils.{form}", inner, trained, self.hooks(), *states)
        return self.keep("tensor", made)

    def file(self) -> bytes:
        """Return the program as a file of PyTorch."""
        if not self.stream:
            return zipped(self.content, {key: values.tobytes() for key, (_, values) in STORAGES.items()})
        heads = [NUMBER, *(pickled(one)[2:] for one in (1001, {"little_endian": True}))]
        parts = [b"\x80\2" + head for head in heads] + [self.content, pickled(list(self.used))]
        stored = [STORAGES[key][1] for key in self.used]
        return b"".join([*parts, *(struct.pack("<q", len(one)) + one.tobytes() for one in stored)])
