"""4.3 GB in four shards to an S3 server on loopback, drawn and sent, against s3fs.put of the same files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.contenders import Comparison, Contender, builds
from tests.bench.options import HERE, Options
from tests.bench.process import missing
from tests.bench.results import PEER
from tests.bench.specs import squares

NEEDS = ("s3fs",)


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield the sending, while a server of its own takes it."""
    spec = squares(given, 4, 2048 if given.quick else 16384)
    folder, size = given.directory / "files", "64 MiB" if given.quick else "4.3 GB"
    shards = ["--max-shard-size", "20MB" if given.quick else "1.1GB", "--quiet"]
    init = [*given.ours.command, "init", spec, "-o", f"{folder}/", *shards, "--no-fsync"]
    subprocess.run([str(word) for word in init], check=True, stdout=subprocess.DEVNULL)
    with server() as settings:
        ours = builds(given, ["init", spec, "-o", "s3://bucket/m/", *shards])
        peer = [given.peers, HERE / "peers" / "store_s3fs.py", folder, "bucket/m"]
        absent = [f"{name} missing" for name in missing(str(given.ours.python), NEEDS)]
        yield Comparison(
            f"{size} to a store",
            [
                *(
                    one._replace(environment=one.environment | settings, unable="".join(absent))
                    for one in ours
                ),
                Contender("s3fs.put", PEER, peer, None, settings, NEEDS),
            ],
            runs=3,
        )


@contextmanager
def server() -> Iterator[dict[str, str]]:
    """Give the variables by which a client finds a server; end it afterwards."""
    command: list[str | Path] = [sys.executable, HERE / "peers" / "store_server.py"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        yield {
            "AWS_ACCESS_KEY_ID": "someone",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        }
    finally:
        process.kill()
        process.wait()
