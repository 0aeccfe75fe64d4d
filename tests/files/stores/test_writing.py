"""init to a store: the same bytes, whole or not at all, the index last; and what is refused."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.files.conftest import METADATA, Fake
from tests.files.stores.conftest import Bucket, needed
from tests.files.stores.servers import Request, WebServer
from winitgen import inspect, plan
from winitgen.api import dry_run, write
from winitgen.errors import DiffersError, ExistsError, OutputError, UnreadableError, UsageError, WinitgenError
from winitgen.files.formats import by_name
from winitgen.files.output.options import WriteOptions
from winitgen.files.output.output_plan import plan_output
from winitgen.files.output.publish import publish
from winitgen.files.stores import store
from winitgen.files.stores.address import located
from winitgen.files.stores.store import MIB, part_size

SMALL = {"model": "m", "layers": [{"type": "dense", "inputs": 30, "units": 20}]}
ROOT = Path(__file__).parents[3]
INDEX = "model.safetensors.index.json"


def local(spec: Any, tmp_path: Path, name: str, **options: Any) -> dict[str, bytes]:
    """Return the files that the same call writes to a disk."""
    (tmp_path / "local").mkdir()
    write(spec, tmp_path / "local" / name, **options)
    return {path.name: path.read_bytes() for path in (tmp_path / "local").iterdir()}


def test_shards(bucket: Bucket, spec: Path, tmp_path: Path) -> None:
    """A folder holds the same shards and index as one on a disk; the report names it, and a second run changes nothing."""
    written = write(spec, f"{bucket.url}/a/m/", max_shard_size="6MB")
    again = write(spec, f"{bucket.url}/a/m/", max_shard_size="6MB")

    assert (written.status, again.status) == ("written", "unchanged")
    assert written.report["file"] == f"{bucket.url}/a/m/{INDEX}"
    assert written.report == again.report
    assert local(spec, tmp_path, INDEX, max_shard_size="6MB") == bucket.contents("a/m")


def test_the_index_comes_last_and_goes_first(bucket: Bucket, spec: Path) -> None:
    """Over another run with force, the old index is removed before a shard is touched."""
    write(spec, f"{bucket.url}/m/", max_shard_size="6MB")
    bucket.faults.reset()
    write(spec, f"{bucket.url}/m/", max_shard_size="6MB", seed=3, force=True)
    changes = [request for request in bucket.faults.requests if request.method in ("PUT", "POST", "DELETE")]

    assert [(request.method, request.path.rpartition("/")[2]) for request in (changes[0], changes[-1])] == [
        ("DELETE", INDEX),
        ("PUT", INDEX),
    ]
    assert sum(request.path.endswith(INDEX) for request in changes) == 2


def test_two_shards_are_in_flight(bucket: Bucket, spec: Path) -> None:
    """A part of one is sent while a part of the other is: each waits here until both are on their way."""
    both = threading.Barrier(2, timeout=20)
    seen: set[str] = set()
    lock = threading.Lock()

    def before(request: Request) -> None:
        with lock:
            first = "partNumber=1&" in request.query and request.path not in seen
            seen.add(request.path) if first else None
        if first:
            both.wait()

    bucket.faults.before = before
    write(spec, f"{bucket.url}/m/", max_shard_size="6MB")

    assert len(seen) == 2
    assert not both.broken


def test_nothing_under_the_name_until_it_is_complete(bucket: Bucket, spec: Path) -> None:
    """While parts are sent, the object does not exist; they are as large as is planned."""
    states = set()

    def before(request: Request) -> None:
        if "partNumber" in request.query:
            from moto.s3.models import s3_backends

            states.update(s3_backends["123456789012"]["aws"].buckets[bucket.name].keys)

    bucket.faults.before = before
    write(spec, f"{bucket.url}/w.safetensors", threads=3)

    assert states == set()
    sent = [request for request in bucket.faults.requests if "partNumber" in request.query]
    assert len(sent) == 3


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("name", ["safetensors", "npy"])
def test_the_bytes_do_not_depend_on_threads(
    name: str, threads: int, memory: Callable[[], dict[str, bytes]], tmp_path: Path
) -> None:
    """Blocks are drawn in threads, and written in order."""
    tensors = [Fake("b", (70, 700)), Fake("a", (5, 0)), Fake("c", (100_003,), "float64"), Fake("d", ())]
    output = plan_output(by_name(name), tensors, METADATA)
    options = WriteOptions(threads=threads, block=1000)

    assert publish(output, f"memory://w.{name}", options) == "written"
    publish(output, tmp_path / "w", options)
    assert memory() == {f"/w.{name}": (tmp_path / "w").read_bytes()}
    assert publish(output, f"memory://w.{name}", options) == "unchanged"


@pytest.mark.parametrize("name", ["w*.npy", "w[1].npy", "w?.npy"])
def test_a_name_is_no_pattern(name: str, memory: Callable[[], dict[str, bytes]], tmp_path: Path) -> None:
    """Where a store moves an object by a copy, the object has the name that was asked for, and no other is left."""
    output = plan_output(by_name("npy"), [Fake("a", (70,))], METADATA)

    publish(output, f"memory://folder/{name}", WriteOptions())
    publish(output, tmp_path / "w", WriteOptions())

    assert memory() == {f"/folder/{name}": (tmp_path / "w").read_bytes()}


def test_a_failure_while_drawing(memory: Callable[[], dict[str, bytes]]) -> None:
    """Whichever thread fails, the others end, the error comes through, and nothing is left."""

    class Failing(Fake):
        def draw(self, start: int, count: int, workspace: Any) -> Any:
            if start == 50_000:
                raise ZeroDivisionError
            return super().draw(start, count, workspace)

    output = plan_output(by_name("npy"), [Failing("a", (100_000,))], METADATA)
    with pytest.raises(ZeroDivisionError):
        publish(output, "memory://w.npy", WriteOptions(threads=4, block=1000))

    assert memory() == {}


def test_an_interruption(bucket: Bucket, spec: Path) -> None:
    """An exception in the calling thread, as of Ctrl-C, ends all uploads, and none is left open."""

    class Interruption(BaseException):
        pass

    def progress(done: int) -> None:
        if any("partNumber" in request.query for request in bucket.faults.requests):
            raise Interruption

    gate = threading.Event()
    bucket.faults.before = lambda request: gate.wait(0.3) if "partNumber" in request.query else None
    with pytest.raises(Interruption):
        write(spec, f"{bucket.url}/m/", max_shard_size="6MB", progress=progress)

    assert bucket.open_uploads() == 0
    assert bucket.contents("m") == {}


def test_what_exists(bucket: Bucket) -> None:
    """It stays if it is equal, is refused if it is not, and replaced with force; check tells without writing."""
    url = f"{bucket.url}/w.safetensors"
    with pytest.raises(DiffersError) as absent:
        write(SMALL, url, check=True)
    write(SMALL, url)
    with pytest.raises(ExistsError) as exists:
        write(SMALL, url, seed=4)
    with pytest.raises(DiffersError) as differs:
        write(SMALL, url, seed=4, check=True)
    bucket.fs.pipe_file(f"{bucket.name}/foreign.npy", b"abc")
    with pytest.raises(ExistsError) as foreign:
        write(SMALL, f"{bucket.url}/foreign.npy")

    assert str(absent.value) == f"{url} does not exist"
    assert str(exists.value) == f"{url} exists and differs: its seed is 0, not 4; --force replaces it"
    assert str(differs.value) == f"{url} differs: its seed is 0, not 4"
    assert str(foreign.value) == f"{bucket.url}/foreign.npy exists and differs; --force replaces it"
    assert write(SMALL, url, check=True).status == "unchanged"
    assert write(SMALL, url, seed=4, force=True).status == "written"
    assert write(SMALL, url, seed=4, check=True).status == "unchanged"


def test_another_run_was_faster(bucket: Bucket, tmp_path: Path) -> None:
    """An object that appears while another is drawn is compared, and never replaced without force."""
    url = f"{bucket.url}/w.npy"

    def appear(content: bytes) -> Callable[[Request], object]:
        def before(request: Request) -> None:
            heads = [one for one in bucket.faults.requests if one.method == "HEAD"]
            if len(heads) == 2 and request.method == "HEAD":
                from moto.s3.models import s3_backends

                s3_backends["123456789012"]["aws"].put_object(bucket.name, "w.npy", content)

        return before

    write(SMALL, tmp_path / "w.npy")
    bucket.faults.reset()
    bucket.faults.before = appear(b"other")
    with pytest.raises(ExistsError) as caught:
        write(SMALL, url)
    bucket.fs.rm(f"{bucket.name}/w.npy")
    bucket.faults.reset()
    bucket.faults.before = appear((tmp_path / "w.npy").read_bytes())

    assert str(caught.value) == f"{url} appeared while it was being written; --force replaces it"
    assert write(SMALL, url).status == "unchanged"


@pytest.mark.parametrize("name", ["w.h5", "w.npz", "w.weights.h5"])
def test_formats_that_need_a_disk(name: str) -> None:
    """They are refused by name before anything is asked of the store, in a dry run too."""
    form = {"w.h5": "hdf5", "w.npz": "npz", "w.weights.h5": "keras-h5"}[name]
    with pytest.raises(UsageError) as caught:
        write(SMALL, f"s3://bucket/{name}", layout="keras" if form == "keras-h5" else None)
    planned = plan(SMALL, layout="keras" if form == "keras-h5" else None)
    with pytest.raises(UsageError) as dry:
        dry_run(planned, f"s3://bucket/{name}")

    assert str(caught.value) == f"{form} cannot be written to a store; npy and safetensors can"
    assert str(dry.value) == str(caught.value)


def test_a_folder_of_arrays_needs_a_disk() -> None:
    """A folder of a store holds shards."""
    with pytest.raises(UsageError) as caught:
        write(SMALL, "s3://bucket/m/", format="npy-dir")

    assert str(caught.value) == "npy-dir cannot be written to a store; npy and safetensors can"


def test_a_small_model_in_a_folder(memory: Callable[[], dict[str, bytes]]) -> None:
    """It is one file without an index, as in the hub."""
    write(SMALL, "memory://m/")

    assert set(memory()) == {"/m/model.safetensors"}


def test_a_web_server_is_only_read(web: WebServer) -> None:
    """It is asked nothing but what is there."""
    with pytest.raises(OutputError) as caught:
        write(SMALL, f"{web.url}/w.npy")

    assert str(caught.value) == f"cannot write {web.url}/w.npy: http:// can only be read"


def refused(work: Callable[[], object]) -> WinitgenError:
    """Return the refusal of a call."""
    with pytest.raises(WinitgenError) as caught:
        work()
    return caught.value


def test_no_credentials(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading and writing say so in one line, with their own exit codes."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    bucket.fs.clear_instance_cache()
    line = "no credentials were found; set them as for the store's own tools, as in AWS_PROFILE"
    error = refused(lambda: write(SMALL, f"{bucket.url}/w.npy"))
    assert (error.exit_code, str(error)) == (3, f"cannot write {bucket.url}/w.npy: {line}")
    error = refused(lambda: inspect(f"{bucket.url}/w.npy"))
    assert (error.exit_code, str(error)) == (2, f"cannot read {bucket.url}/w.npy: {line}")


def test_no_bucket(bucket: Bucket) -> None:
    """The store's own sentence is shown."""
    error = refused(lambda: write(SMALL, "s3://no-bucket-of-this-name/w.npy"))

    assert error.exit_code == 3
    assert str(error) == "cannot write s3://no-bucket-of-this-name/w.npy: The specified bucket does not exist"


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("denied", "the store denies access: Forbidden"),
        ("error", "the store failed: Internal Server Error"),
        ("closed", "the store cannot be reached, or closed the connection"),
    ],
)
def test_a_store_that_refuses(fault: str, line: str, bucket: Bucket) -> None:
    """Each failure is one line, and the exit code is that of an output."""
    bucket.faults.fails = lambda number: fault
    error = refused(lambda: write(SMALL, f"{bucket.url}/w.npy"))

    assert (error.exit_code, str(error)) == (3, f"cannot write {bucket.url}/w.npy: {line}")


def test_a_store_that_does_not_answer(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own limit on the time ends the wait."""
    import s3fs

    monkeypatch.setattr(s3fs.S3FileSystem, "read_timeout", 0.2)
    bucket.fs.clear_instance_cache()
    gate = threading.Event()
    bucket.faults.before = lambda request: gate.wait(20)
    error = refused(lambda: write(SMALL, f"{bucket.url}/w.npy"))
    gate.set()

    assert (error.exit_code, str(error)) == (
        3,
        f"cannot write {bucket.url}/w.npy: the store did not answer in time",
    )


def test_secrets_in_a_url_are_shown_nowhere(bucket: Bucket) -> None:
    """A password is not what this store takes, and the message of its library would repeat it."""
    error = refused(lambda: write(SMALL, "s3://someone:hidden@bucket/w.npy?token=quiet"))

    assert "hidden" not in str(error)
    assert "quiet" not in str(error)
    assert str(error).startswith("cannot write s3://bucket/w.npy: the store failed: ")


@pytest.mark.parametrize(
    ("name", "url", "line"),
    [
        (
            "s3fs",
            "s3://bucket/w.npy",
            "the package s3fs: pip install 'winitgen[remote]' ('.[remote]' in a clone)",
        ),
        ("gcsfs", "gs://bucket/w.npy", "the package gcsfs: pip install gcsfs fsspec"),
        (
            "fsspec",
            "s3://bucket/w.npy",
            "the package fsspec: pip install 'winitgen[remote]' ('.[remote]' in a clone)",
        ),
    ],
)
def test_a_package_that_is_missing(name: str, url: str, line: str) -> None:
    """The line says which, and how it is installed, for reading and writing."""
    if name != "fsspec":
        needed("fsspec")
    code = f"import sys; sys.modules[{name!r}] = None; from winitgen.cli import main; main(sys.argv[1:])"
    for arguments in (["inspect", url], ["init", "specs/mlp.yaml", "-o", url]):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], check=False, capture_output=True, text=True, cwd=ROOT
        )

        assert (done.returncode, done.stderr) == (2, f"winitgen: {url} needs {line}\n")


@pytest.mark.parametrize(("path", "on"), [("memory://w.npy", True), ("w.npy", False)])
def test_garbage_is_collected_with_a_store(path: str, on: bool, memory: object) -> None:
    """Each request leaves some; without a store there is little, and collecting it would take longer than it saves."""
    code = (
        "import atexit, gc, sys; atexit.register(lambda: print(gc.isenabled()))\n"
        "from winitgen.cli import main; main(sys.argv[1:])"
    )
    arguments = ["init", "specs/mlp.yaml", "-o", path, "--dry-run", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stdout.splitlines()[-1] == str(on)


def test_an_unknown_kind_of_store(memory: object) -> None:
    """It is named, with those that are usual."""
    error = refused(lambda: write(SMALL, "s4://bucket/w.npy"))

    assert str(error) == (
        "s4://bucket/w.npy: unknown kind of store 's4://'; s3://, gs://, az://, hf://, https:// are known"
    )


def test_a_local_path_imports_no_store(tmp_path: Path) -> None:
    """Fsspec is imported only for a URL; file:// is a path."""
    code = (
        "import sys, winitgen\n"
        f"winitgen.write({SMALL!r}, 'file://{tmp_path}/a:b.safetensors')\n"
        f"winitgen.inspect('{tmp_path}/a:b.safetensors')\n"
        "print({'fsspec', 's3fs', 'aiohttp'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert done.stdout == "set()\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a:b.safetensors"]


@pytest.mark.parametrize(
    "size", [0, 1, 5 * 10**9, 5 * MIB * 10_000, 5 * MIB * 10_000 + 1, 5 * 10**12, 10**13]
)
def test_an_upload_has_at_most_10000_parts(size: int) -> None:
    """Which S3 takes, each of at least 5 MiB and whole MiB."""
    part = part_size(size)

    assert -(-size // part) <= 10_000
    assert part >= 5 * MIB
    assert part % MIB == 0


def test_nothing_is_held_but_parts() -> None:
    """A part is as large as the object if that is smaller; values of NumPy are taken as they come."""
    from winitgen.files.stores.parts import sending

    class Upload:
        def __init__(self) -> None:
            self.sent: list[bytes] = []

        def write(self, content: Any) -> None:
            self.sent.append(bytes(content))

        def commit(self) -> None:
            pass

    upload = Upload()
    with sending(upload, 10) as sender:
        for content in (b"abc", memoryview(np.arange(100, 108, dtype="u1")), b"", b"z"):
            sender.write(content)
        sender.finish()

    assert b"".join(upload.sent) == b"abcdefghijkz"
    assert [len(part) for part in upload.sent] == [10, 2]


def test_a_bucket_is_a_folder(bucket: Bucket) -> None:
    """The name of a bucket alone is written to like a folder, and is no file to read."""
    write(SMALL, bucket.url)
    with pytest.raises(UnreadableError) as caught:
        inspect(bucket.url)

    assert set(bucket.contents("")) == {"model.safetensors"}
    assert str(caught.value) == (
        f"cannot read {bucket.url}: it is a folder; end its name in / to read the index in it"
    )


def test_a_signal_while_an_upload_is_abandoned(
    memory: Callable[[], dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is abandoned all the same, and nothing is left under a temporary name."""
    abandon, calls = store._Moved.abandon, list[int]()

    def interrupted(upload: store._Moved) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise KeyboardInterrupt
        abandon(upload)

    monkeypatch.setattr(store._Moved, "abandon", interrupted)
    upload = store.Store(located("memory://signal/object")).upload(3)
    with pytest.raises(KeyboardInterrupt), upload as sent:  # noqa: PT012
        sent.write(b"new")
        raise ZeroDivisionError

    assert (2, {}) == (len(calls), memory())
