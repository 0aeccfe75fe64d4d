"""4.3 GB in four shards to an S3 server on loopback, drawn and sent, against s3fs.put of the same files."""

import os
import subprocess
import sys

from harness import HERE, Contender, compare, options

SPEC = """
model: large
input: 16384
defaults: {use_bias: false}
layers:
  - {type: repeat, times: 4, name: "fc{i}", layers: [{name: hidden, type: dense, units: 16384, activation: relu}]}
"""
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "someone",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
}

if __name__ == "__main__":
    with options(__doc__ or "", runs=3) as given:
        server = subprocess.Popen(
            [sys.executable, HERE / "peers" / "store_server.py"], stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout is not None
            os.environ.update(
                SETTINGS, AWS_ENDPOINT_URL=f"http://127.0.0.1:{server.stdout.readline().strip()}"
            )
            spec, folder = given.directory / "large.yaml", given.directory / "files"
            spec.write_text(SPEC)
            shards = ["--max-shard-size", "1.1GB", "--quiet"]
            subprocess.run(
                [given.winitgen, "init", spec, "-o", f"{folder}/", *shards, "--no-fsync"],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            compare(
                [
                    Contender("winitgen", [given.winitgen, "init", spec, "-o", "s3://bucket/m/", *shards]),
                    Contender(
                        "s3fs.put", [given.python, HERE / "peers" / "store_s3fs.py", folder, "bucket/m"]
                    ),
                ],
                given.runs,
            )
        finally:
            server.kill()
            server.wait()
