"""inspect, verify and diff of remote files: what they find, and how many requests that takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest

from tests.files.formats.dcp_folders import Box, write_checkpoint
from tests.files.formats.gguf_files import Listed, gguf, key
from tests.files.formats.onnx_files import beside, graph, model, raw
from tests.files.formats.onnx_files import tensor as onnx_tensor
from tests.files.formats.torch_files import storage, streamed, tensor, zipped
from tests.files.stores.conftest import Bucket
from tests.files.stores.servers import WebServer
from winitgen import diff, inspect, verify
from winitgen.api import write
from winitgen.errors import DiffersError, UnreadableError
from winitgen.files.input import open_weights

SMALL = {"model": "m", "layers": [{"type": "dense", "inputs": 30, "units": 20}]}


def methods(requests: list[Any]) -> list[tuple[str, str | None]]:
    """Return the method and the range of each request."""
    return [(request.method, request.range) for request in requests]


def test_a_header_costs_two_requests(bucket: Bucket, spec: Path) -> None:
    """One for the size, one for the first bytes; the values are not read."""
    write(spec, f"{bucket.url}/w.safetensors")
    bucket.faults.reset()
    report = inspect(f"{bucket.url}/w.safetensors", header=True)

    assert methods(bucket.faults.requests) == [("HEAD", None), ("GET", "bytes=0-262143")]
    assert (report["file"], report["format"]) == (f"{bucket.url}/w.safetensors", "safetensors")
    assert [tensor["name"] for tensor in report["tensors"]] == ["a.bias", "a.weight", "b.bias", "b.weight"]


def test_values_come_in_ranges_of_4_mib(bucket: Bucket, spec: Path, tmp_path: Path) -> None:
    """An object of 11 MB takes three, each asked for once; the statistics are those of the local file."""
    write(spec, f"{bucket.url}/w.safetensors")
    write(spec, tmp_path / "w.safetensors")
    bucket.faults.reset()
    remote, local = inspect(f"{bucket.url}/w.safetensors"), inspect(tmp_path / "w.safetensors")

    size = (tmp_path / "w.safetensors").stat().st_size
    ranges = sorted(request.range or "" for request in bucket.faults.requests[2:-1])
    assert bucket.faults.requests[-1].method == "HEAD"  # whether it is the same object still
    assert ranges == ["bytes=0-4194303", "bytes=4194304-8388607", f"bytes=8388608-{size - 1}"]
    assert {**remote, "file": ""} == {**local, "file": ""}


@pytest.mark.parametrize("path", ["w.safetensors", "m/"])
def test_an_object_that_is_replaced_while_it_is_read(bucket: Bucket, spec: Path, path: str) -> None:
    """Another object of the same size under the name is told, in place of the difference that was found."""
    url = f"{bucket.url}/{path}"
    sizes: dict[str, Any] = {"max_shard_size": "6MB"} if path == "m/" else {}
    write(spec, url, **sizes)

    with pytest.raises(UnreadableError) as caught, open_weights(url) as weights:  # noqa: PT012
        first, *others = sorted(weights.tensors, key=lambda tensor: tensor.offset)
        first.read(0, first.size)
        write(spec, url, seed=5, force=True, **sizes)
        for tensor in others:
            tensor.read(0, tensor.size)
        raise DiffersError("it differs")

    shown = [url] if path != "m/" else [f"{url}model-0000{one}-of-00002.safetensors" for one in "12"]
    assert str(caught.value) in [f"{one} changed while it was read" for one in shown]


def test_an_index_of_shards(bucket: Bucket, spec: Path, tmp_path: Path) -> None:
    """A folder is listed, the index takes two requests and each shard two; verify and diff read the values once."""
    write(spec, f"{bucket.url}/m/", max_shard_size="6MB")
    write(spec, tmp_path / "w.safetensors")
    bucket.faults.reset()
    inspect(f"{bucket.url}/m/", header=True)

    assert len(bucket.faults.requests) == 7
    assert verify(f"{bucket.url}/m/")["status"] == "verified"
    assert diff(f"{bucket.url}/m/", tmp_path / "w.safetensors")["equal"]
    gets = [
        (request.path, request.range)
        for request in bucket.faults.requests
        if request.method == "GET" and request.range
    ]
    bucket.faults.reset()
    assert verify(f"{bucket.url}/m/model.safetensors.index.json")["status"] == "verified"
    assert gets


@pytest.mark.parametrize("ending", ["npy", "npz", "safetensors"])
def test_a_web_server(ending: str, web: WebServer) -> None:
    """A file behind http:// is read by ranges in every format that needs no more; its secrets stay unknown."""
    write(SMALL, web.folder / f"w.{ending}")
    url = web.url.replace("http://", "http://me:word@") + f"/w.{ending}?signature=1"
    report = inspect(url)

    assert report["file"] == f"{web.url}/w.{ending}"
    assert {**report, "file": ""} == {**inspect(web.folder / f"w.{ending}"), "file": ""}
    assert diff(url, web.folder / f"w.{ending}")["equal"]
    assert {request.query for request in web.requests} == {"signature=1"}
    assert all(request.range for request in web.requests if request.method == "GET")


def test_files_of_pytorch_and_gguf_on_the_web(web: WebServer) -> None:
    """They are read by ranges, with the same rows as from a disk; a view with strides needs a disk."""
    values = np.arange(12, dtype="<f4")
    kept = storage("0", 12)
    state = {"w": tensor(kept, (3, 4), (4, 1)), "part": tensor(kept, (2, 2), (2, 1), 5)}
    (web.folder / "w.pt").write_bytes(zipped(state, {"0": values.tobytes()}))
    (web.folder / "w.pth").write_bytes(streamed(state, {"0": (12, values.tobytes())}))
    (web.folder / "w.gguf").write_bytes(gguf([Listed("w", (4, 3), 0, values.tobytes())]))
    for name in ("w.pt", "w.pth", "w.gguf"):
        report = inspect(f"{web.url}/{name}")
        assert {**report, "file": ""} == {**inspect(web.folder / name), "file": ""}
    assert all(request.range for request in web.requests if request.method == "GET")
    turned = {"w": tensor(kept, (4, 3), (1, 4))}
    (web.folder / "turned.pt").write_bytes(zipped(turned, {"0": values.tobytes()}))
    with open_weights(f"{web.url}/turned.pt") as weights:
        assert (
            "its values are not in C order, and are read only from a disk; download the file first"
            == weights.tensors[0].unread
        )


def test_an_onnx_model_on_the_web(web: WebServer) -> None:
    """Its values are read by ranges of the file beside it; one that is not there is the reason of its row."""
    values = np.arange(12, dtype="<f4").tobytes()
    places: dict[str, Any] = {"location": "w.data", "offset": 8, "length": 24}
    rows = [
        onnx_tensor("a", 1, (2, 3), beside(places)),
        onnx_tensor("b", 1, (3,), raw(values[:12])),
        onnx_tensor("c", 1, (3,), beside({"location": "gone"})),
    ]
    (web.folder / "w.onnx").write_bytes(model(graph(rows)))
    (web.folder / "w.data").write_bytes(values)
    report = inspect(f"{web.url}/w.onnx")

    assert {**report, "file": ""} == {**inspect(web.folder / "w.onnx"), "file": ""}
    unread = [one["unread"] for one in report["tensors"]]
    assert [None, None, "its values are in 'gone', which does not exist"] == unread
    gets = [one for one in web.requests if one.method == "GET" and not one.path.endswith("gone")]
    assert gets
    assert all(request.range for request in gets)


def test_parts_of_a_gguf_model_on_the_web(web: WebServer) -> None:
    """They are found by the name of the first one."""
    values = np.arange(12, dtype="<f4").tobytes()
    for number, name in enumerate("ab"):
        keys = [key("split.no", 2, bytes([number, 0])), key("split.count", 2, b"\2\0")]
        content = gguf([Listed(name, (4, 3), 0, values)], keys)
        (web.folder / f"w-0000{number + 1}-of-00002.gguf").write_bytes(content)
    report = inspect(f"{web.url}/w-00001-of-00002.gguf")

    assert {**report, "file": ""} == {**inspect(web.folder / "w-00001-of-00002.gguf"), "file": ""}
    assert ["a", "b"] == [one["name"] for one in report["tensors"]]


def test_a_distributed_checkpoint_on_the_web(web: WebServer) -> None:
    """It is read by its index, each chunk by ranges of its file."""
    values = np.arange(12, dtype="<f4").reshape(4, 3)
    boxes = [Box((0, 0), values[:3]), Box((3, 0), values[3:], "__1_0.distcp")]
    write_checkpoint(web.folder, {"w": ((4, 3), boxes)})

    assert diff(f"{web.url}/.metadata", web.folder / ".metadata")["equal"]
    assert len({request.path for request in web.requests}) == 3


def test_folders_and_indices_on_the_web(web: WebServer) -> None:
    """An index is read with its shards beside it, with the query of its URL; npy files by their index.json too."""
    write(SMALL, web.folder / "model.safetensors.index.json", max_shard_size="1KB")
    write(SMALL, f"{web.folder}/arrays/")

    assert verify(f"{web.url}/model.safetensors.index.json?s=1")["status"] == "verified"
    assert {request.query for request in web.requests} == {"s=1"}
    assert len({request.path for request in web.requests}) == 3


@pytest.mark.parametrize("stem", ["good model", "good%20model", "good#model", "good?model", "50 % off"])
def test_names_of_shards_are_encoded(stem: str, web: WebServer) -> None:
    """Those in an index are names and no URLs: the file that is called so is read, not another one."""
    for other in ("good model", "good%20model", stem):
        index = f"{web.folder}/{other}.safetensors.index.json"
        write(SMALL, index, max_shard_size="1KB", seed=3 if other == stem else 9, force=True)
    url = f"{web.url}/{quote(stem)}.safetensors.index.json"

    assert verify(url, SMALL, seed=3)["status"] == "verified"
    assert diff(url, web.folder / f"{stem}.safetensors.index.json")["equal"]
    with pytest.raises(DiffersError):
        verify(url, SMALL, seed=9)


def test_a_deflated_archive(web: WebServer) -> None:
    """Members of a compressed archive are unpacked as they come."""
    values = np.arange(5000.0)
    np.savez_compressed(web.folder / "w.npz", a=values, b=values[::-1])

    assert diff(f"{web.url}/w.npz", web.folder / "w.npz")["equal"]


def test_memory(memory: Callable[[], dict[str, bytes]]) -> None:
    """Any store of fsspec is read."""
    write(SMALL, "memory://m/w.npy")

    assert inspect("memory://m/w.npy")["totals"] == {"tensors": 2, "elements": 620, "bytes": 2480}
    assert set(memory()) == {"/m/w.npy"}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.npz", "cannot read {url}/none.npz: No such file or directory"),
        ("w.h5", "{url}/w.h5 holds HDF5, which is read only from a disk; download it first"),
        (
            "f.npy",
            "{url}/f.npy holds an array in Fortran order, which is read only from a disk; download it first",
        ),
    ],
)
def test_refused(name: str, message: str, web: WebServer) -> None:
    """Each in one line."""
    write(SMALL, web.folder / "w.h5")
    np.save(web.folder / "f.npy", np.asfortranarray(np.arange(6.0).reshape(2, 3)))
    with pytest.raises(UnreadableError) as caught:
        inspect(f"{web.url}/{name}")

    assert str(caught.value) == message.format(url=web.url)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (302, "the store redirects in a circle, or too often"),
        (403, "the store denies access: HTTP status 403"),
        (404, "No such file or directory"),
        (500, "the store failed: HTTP status 500"),
    ],
)
def test_a_web_server_that_refuses(status: int, message: str, web: WebServer) -> None:
    """Its status becomes words, and the URL in it loses its secrets."""
    web.status = status
    with pytest.raises(UnreadableError) as caught:
        inspect(web.url.replace("//", "//me:word@") + "/w.npy?token=1")

    assert str(caught.value) == f"cannot read {web.url}/w.npy: " + message


def test_a_web_server_without_ranges(web: WebServer) -> None:
    """Only the beginning of a file that does not come in ranges can be read; the rest is not read into memory."""
    np.save(web.folder / "w.npy", np.zeros(1_200_000))
    web.ranges = False
    with pytest.raises(UnreadableError) as caught:
        inspect(f"{web.url}/w.npy")

    assert str(caught.value) == f"cannot read {web.url}/w.npy: the store sends no ranges; download the file"


def test_a_web_server_that_sends_more(web: WebServer) -> None:
    """No more is read than somewhat more than was asked for."""
    np.save(web.folder / "w.npy", np.zeros(100))
    web.more = 1 << 30
    with pytest.raises(UnreadableError) as caught:
        inspect(f"{web.url}/w.npy")

    text = "the store sent more than the 928 bytes that it was asked for"
    assert f"cannot read {web.url}/w.npy: {text}" == str(caught.value)
    assert web.sent < 1 << 26  # what the system holds of a connection was sent, too


def test_a_web_server_that_packs(web: WebServer) -> None:
    """It was asked not to; nothing is unpacked."""
    np.save(web.folder / "w.npy", np.zeros(100))
    web.packing = "gzip"
    with pytest.raises(UnreadableError) as caught:
        inspect(f"{web.url}/w.npy")

    text = "the store failed: it packs what it sends; download the file"
    assert f"cannot read {web.url}/w.npy: {text}" == str(caught.value)


@pytest.mark.parametrize(("name", "kind"), [("w.npz", "an npz file"), ("w.pt", "a PyTorch file")])
def test_an_archive_of_which_a_range_is_refused(name: str, kind: str, web: WebServer) -> None:
    """It is not called damaged: zipfile takes the error for the end of an archive."""
    np.savez(web.folder / "w.npz", a=np.random.default_rng(1).random(400_000))
    (web.folder / "w.npz").rename(web.folder / name)
    web.ranges = False
    with pytest.raises(UnreadableError) as caught:
        inspect(f"{web.url}/{name}")

    assert (
        str(caught.value) == f"cannot read {web.url}/{name}: the store sends no ranges; download the file"
    ), kind


def test_a_folder_without_its_slash(bucket: Bucket) -> None:
    """A name that is only the beginning of others is a folder."""
    write(SMALL, f"{bucket.url}/m/")
    with pytest.raises(UnreadableError) as caught:
        inspect(f"{bucket.url}/m")

    assert str(caught.value) == (
        f"cannot read {bucket.url}/m: it is a folder; end its name in / to read the index in it"
    )
