import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import numpy as np
import pytest

from winitgen.files.formats.format import FilePlan, Format, TensorSpan
from winitgen.files.output.blocks import little_endian
from winitgen.files.output.pump import Pump
from winitgen.numeric.threads import allowed_threads, allowing


class Large:
    """A tensor that takes no time to draw."""

    name, shape, dtype = "w", (1 << 22,), "float32"

    def draw(self, start: int, count: int, workspace: Any) -> Any:
        """Return scratch memory unchanged."""
        return workspace.array("values", count, np.float32)


def accept(offset: Any, content: bytes) -> Any:
    """Accept any bytes."""
    return True


PLAN = FilePlan(1 << 24, [], [TensorSpan(0, Large())])
TWICE = FilePlan(1 << 25, [], [TensorSpan(0, Large()), TensorSpan(1 << 24, Large())])


def test_first_failure_is_raised() -> None:
    """An exception in a drawing thread stops the others and is raised in the caller."""
    drawn = []

    class Failing(Large):
        def draw(self, start: int, count: int, workspace: Any) -> Any:
            drawn.append(start)
            if start == 40_000:
                raise ArithmeticError("at 40000")
            return super().draw(start, count, workspace)

    before = threading.active_count()
    with pytest.raises(ArithmeticError, match="at 40000"):
        Pump(threads=3, block=1000).run(FilePlan(1 << 24, [], [TensorSpan(0, Failing())]), accept)

    assert len(drawn) < 1000
    assert before == threading.active_count()


@pytest.mark.parametrize("elements", [1 << 22, 1 << 10], ids=["large", "small"])
def test_what_is_computed_as_a_whole_uses_as_many_threads(elements: int) -> None:
    """A matrix of a small file, too, takes long: it may use all threads that were asked for, and no others."""
    allowed = set()

    class Noted(Large):
        shape = (elements,)

        def draw(self, start: int, count: int, workspace: Any) -> Any:
            allowed.add(allowed_threads())
            return super().draw(start, count, workspace)

    with allowing(7):
        assert Pump(threads=3).run(FilePlan(4 * elements, [], [TensorSpan(0, Noted())]), accept)
        assert 7 == allowed_threads()

    assert {3} == allowed


def test_failing_sink() -> None:
    """An exception in the sink is raised in the caller."""

    def full(offset: Any, content: bytes) -> Any:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        Pump(threads=2).run(PLAN, full)


@pytest.mark.parametrize("threads", [1, 3])
def test_sink_that_has_enough(threads: int) -> None:
    """When the sink returns False, drawing stops, and the result is False."""
    taken = []

    def some(offset: Any, content: bytes) -> Any:
        taken.append(offset)
        return len(taken) < 10

    assert not Pump(threads=threads, block=1000).run(PLAN, some)
    assert len(taken) < 10 + threads


def test_few_values_start_no_thread(fake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file is drawn in the calling thread, however many threads are allowed."""
    monkeypatch.setattr(threading.Thread, "start", lambda self: pytest.fail("a thread was started"))

    assert Pump(threads=8).run(FilePlan(4000, [], [TensorSpan(0, fake("w", (1000,)))]), accept)


def test_each_thread_has_a_workspace() -> None:
    """No two threads share scratch memory."""
    spaces = {}

    class Watching(Large):
        def draw(self, start: int, count: int, workspace: Any) -> Any:
            spaces.setdefault(id(workspace), set()).add(threading.get_ident())
            time.sleep(0.001)
            return super().draw(start, count, workspace)

    Pump(threads=3).run(FilePlan(1 << 24, [], [TensorSpan(0, Watching())]), accept)

    assert all(len(threads) == 1 for threads in spaces.values())


@pytest.mark.parametrize("threads", [1, 2])
def test_progress_on_the_way(threads: int) -> None:
    """Progress is reported about ten times a second, in the calling thread, and never decreases."""
    reported = []

    class Slow(Large):
        def draw(self, start: int, count: int, workspace: Any) -> Any:
            time.sleep(0.02)
            return super().draw(start, count, workspace)

    def progress(done: Any) -> Any:
        reported.append((done, threading.current_thread()))

    Pump(threads=threads, progress=progress).run(FilePlan(1 << 24, [], [TensorSpan(0, Slow())]), accept)
    numbers = [done for done, _ in reported]

    assert 3 <= len(numbers) <= 12
    assert numbers == sorted(numbers)
    assert numbers[-1] == 1 << 24
    assert {thread for _, thread in reported} == {threading.main_thread()}


def test_wrong_count_is_a_bug() -> None:
    """A tensor that draws a wrong number of values never damages a file."""

    class Short(Large):
        def draw(self, start: int, count: int, workspace: Any) -> Any:
            return super().draw(start, count - 1, workspace)

    with pytest.raises(ValueError, match="w: drew 524284 bytes for elements 0 to 131072"):
        Pump().run(FilePlan(1 << 24, [], [TensorSpan(0, Short())]), accept)


def test_checksums_of_spans(fake: Any) -> None:
    """A plan that needs checksums gets one per span, in the order of its spans."""
    import zlib

    tensors = [fake("b", (1000,)), fake("a", (0,)), fake("c", (30,), "bfloat16")]
    spans = [TensorSpan(offset, tensor) for offset, tensor in zip((500, 9, 0), tensors, strict=True)]
    found = []
    Pump(block=7).run(FilePlan(9000, [], spans, lambda checksums: found.extend(checksums) or ()), accept)

    assert [zlib.crc32(tensor.values().tobytes()) for tensor in tensors] == found


@pytest.mark.parametrize("order", ["little", "big"])
def test_byte_order(order: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine of either byte order the file is little-endian."""
    values = np.array([1, 258], "u2").view(f"{'<' if order == 'little' else '>'}u2").astype("=u2")
    monkeypatch.setattr(sys, "byteorder", order)
    expected = {"little": values.tobytes(), "big": values.byteswap().tobytes()}[order]

    assert bytes(little_endian(values)) == expected


def test_narrow_formats_have_bytes(fake: Any) -> None:
    """Arrays of ml_dtypes, which do not support the buffer protocol, give their bytes like any other."""
    for dtype in ("bfloat16", "float8_e4m3fn"):
        values = fake("w", (17,), dtype).values()

        assert values.tobytes() == bytes(little_endian(values))


INTERRUPTED = """
import sys, time
sys.path[:0] = {path!r}
import numpy as np
from winitgen.files.formats.format import FilePlan, TensorSpan
from winitgen.files.output.pump import Pump
from winitgen.numeric.threads import allowed_threads, allowing

class Endless:
    name, shape, dtype = "w", (1 << 50,), "float32"
    def draw(self, start, count, workspace):
        if not start:
            print("drawing", flush=True)
        time.sleep(0.001)
        return workspace.array("values", count, np.float32)

try:
    Pump(threads={threads}).run(FilePlan(1 << 52, [], [TensorSpan(0, Endless())]), lambda offset, content: True)
except KeyboardInterrupt:
    print("stopped", flush=True)
"""


@pytest.mark.usefixtures("foreground")
@pytest.mark.parametrize("threads", [1, 2])
def test_interrupted(threads: int) -> None:
    """Ctrl-C stops all threads at once."""
    code = INTERRUPTED.format(path=sys.path, threads=threads)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"drawing\n"
        began = time.monotonic()
        os.kill(process.pid, signal.SIGINT)

        assert process.stdout.readline() == b"stopped\n"
        assert process.wait() == 0
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("allowed", [0, 1, 2])
def test_few_threads_are_to_be_had(allowed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the system allows fewer threads than requested, those draw everything."""
    start = threading.Thread.start
    started = []

    def limited(self: threading.Thread) -> None:
        if len(started) == allowed:
            raise RuntimeError("can't start new thread")
        started.append(self)
        start(self)

    monkeypatch.setattr(threading.Thread, "start", limited)
    taken = []
    reported = []

    assert Pump(threads=4, progress=reported.append).run(PLAN, lambda offset, _: taken.append(offset) or True)
    assert len(started) == allowed
    assert sorted(taken) == list(range(0, 1 << 24, 1 << 19))
    assert reported[-1] == 1 << 24


@pytest.mark.parametrize(
    ("threads", "block", "count"), [(64, 1 << 17, 16), (16, 1 << 20, 8), (3, 1 << 17, 3)]
)
def test_count_of_threads(threads: int, block: int, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are at most sixteen threads, and never more than blocks."""
    started = []
    start = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda self: started.append(self) or start(self))
    Pump(threads=threads, block=block).run(TWICE, accept)

    assert len(started) == count


MANY_THREADS = """
import sys, time
sys.path[:0] = {path!r}
import numpy as np
from winitgen.files.formats.format import FilePlan, TensorSpan
from winitgen.files.output.pump import Pump
from winitgen.numeric.threads import allowed_threads, allowing

class Large:
    name, shape, dtype = "w", (1 << 26,), "float32"
    def draw(self, start, count, workspace):
        for name in ("words", "one", "other"):  # what a scheme takes: words, and the two uniforms
            workspace.array(name, count, np.float64).fill(1)
        values = workspace.array("values", count, np.float32)
        values.fill(1)
        time.sleep(0.01)  # so that every thread gets its turn
        return values

Pump(threads=64).run(FilePlan(1 << 28, [], [TensorSpan(0, Large())]), lambda offset, content: True)
with open("/proc/self/status") as status:  # ru_maxrss would count what the parent had before exec
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(
    not os.path.exists("/proc/self/status"), reason="needs /proc/self/status, which only Linux has"
)
def test_memory_of_many_threads() -> None:
    """Even with 64 requested threads, the process stays below 120 megabytes."""
    code = MANY_THREADS.format(path=sys.path)
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)

    assert int(run.stdout) < 120_000  # kilobytes


MEMORY = """
import resource, sys
sys.path[:0] = {path!r}
import numpy as np
from winitgen.files.formats import by_name
from winitgen.files.output.options import WriteOptions
from winitgen.files.output.output_plan import plan_output
from winitgen.files.output.publish import publish

class Large:
    name, keras_path, shape, dtype = "w", "layers/w", (1 << 26,), "float32"
    def draw(self, start, count, workspace):
        values = workspace.array("values", count, np.float32)
        values.fill(1)
        return values

file_format = by_name({name!r})
file_format.lay_out([Large()], {{}})
loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
output = plan_output(file_format, [Large()], {{}})
publish(output, sys.argv[1], WriteOptions(threads=2, fsync=False))
publish(output, sys.argv[1], WriteOptions(threads=2, check=True))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - loaded)
"""


def test_memory(file_format: Format, target: str) -> None:
    """A tensor of 256 MiB is written and compared in a small part of that memory."""
    code = MEMORY.format(path=sys.path, name=file_format.name)
    run = subprocess.run([sys.executable, "-c", code, target], check=True, capture_output=True)

    assert int(run.stdout) < 20_000  # kilobytes
