"""Whole files, byte for byte: what a spec and a seed give today, they give for good.

A changed hash here is a promise broken to everyone who stores one. Values may only change together
with the number of the stream (`winitgen.planning.plan.STREAM`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import winitgen

SPECS = Path(__file__).parents[1] / "specs"

GOLDEN = {
    (
        "deck",
        ".safetensors",
        "float32",
        0,
    ): "2da33290877ec5f75e1bedcd1cb0995b9286061032b92f59b681748e65f177d6",
    ("deck", ".npz", "float32", 0): "ba2857e25e7a75a27eb06305eae23fd6995ac654faaa29099332862b444bfeab",
    ("deck", ".npy", "float32", 0): "3eb3eb987a3bc6cca10249b265852e3badb7037018c8b8a9f63474b93dddc38a",
    ("deck", ".h5", "float32", 0): "f6e617185a625c3f5c2f25f46d60b53c6927cf0c3e0cd3452882fc0bc798b18d",
    ("deck", "/", "float32", 0): "24d4750c1acad7fe0753d2bd25dbb8a68af7dbdea61238ebd51ed9bb6249cb86",
    ("mlp", ".safetensors", "float32", 0): "cf402f300f6192708a7f5c210045e18b2ca795cb11f33d2d6381a60b26410716",
    ("mlp", ".npz", "float32", 0): "ac2c9f163579a6bc003cf28df94c83445bf75a87c8c5858e55f9301b6a995c75",
    ("mlp", ".npy", "float32", 0): "e16dd90b4d0f87018b4fc1a35ab1f429ad92f4a8bd63422bc1ef8fbcca884023",
    ("mlp", ".h5", "float32", 0): "985872aad628ef987636761bad649bdeb0330efaffef4f9b599712c6496e1e23",
    ("mlp", "/", "float32", 0): "d1a5c17612dcbdf11b384e486b4d613520a6594aeba49560b31ecbb06245d90b",
    (
        "lenet5",
        ".safetensors",
        "float32",
        0,
    ): "eaa7ab48b75d20cbc822870ab16197a134c5fe7191691462e277870397d0275e",
    ("lenet5", ".npz", "float32", 0): "fe11b8c3d7b489b5382b1b82b7f18a0d8a11b55125c4ff8cb57c2ba8d01375a4",
    ("lenet5", ".npy", "float32", 0): "b2f371810afa28c230d6e07d2bf9266a3764ed4ec80f05228dc4244348079a4d",
    ("lenet5", ".h5", "float32", 0): "0afaf22a993513404fa0ccc8f0572a05b6e6df3aaf3bff1909e99e703d0aef8a",
    ("lenet5", "/", "float32", 0): "b3d6651453fbcf19e2d4e224d99a3b41c61ca51fdad801909a4b2b6b66410a04",
    (
        "autoencoder",
        ".safetensors",
        "float32",
        0,
    ): "4db8ee26a5042966bad8119117db4bc69bd192f3a54b35214a7d6c61a81c6142",
    ("autoencoder", ".npz", "float32", 0): "63f53cc8f8a349f6e1fe7f29576207b856a12f411aa1a3bda79d3543c89da400",
    ("autoencoder", ".npy", "float32", 0): "a98d8f792d9a9ca7ce0328c55a5af120c632759872c66e6ab660fa68b5809406",
    ("autoencoder", ".h5", "float32", 0): "4e97f5d662d10224628cef20e0a0e646fb84dc5a8be777a692ff4334affec9b8",
    ("autoencoder", "/", "float32", 0): "48fb3370de8a62454b3b596f331912a80db7ea9756f5864c5473a8be07be7c33",
    ("mlp", ".safetensors", "float64", 1): "9c1c8e1041a151727ae67d9a22330d5feda0c58c767effe3cd958898a463bb29",
    ("mlp", ".npz", "float64", 1): "998db02c332de02a0e0f4c71d88d62b4a51273d6d844ec09a8b3c2e737ca0464",
    ("mlp", ".h5", "float64", 1): "c8e9544439e39ef57f307e7e164df451aa60fd55611ffd01153d0eff535f3a7e",
    ("mlp", ".safetensors", "float16", 1): "01aebb1e1606d5d2a14eb68f0d22113c7a8765b0a8e3ddfdf61b7c5b691363d9",
    ("mlp", ".npz", "float16", 1): "092c3c10e85df24dc62526dc194e6d762810ee8a2ce9a8c2911955aabcc3cf64",
    ("mlp", ".h5", "float16", 1): "2d4d7a018fd238de50288f95d07fd0e41c66776a3bd556a00248093c645b7adc",
    (
        "mlp",
        ".safetensors",
        "bfloat16",
        1,
    ): "1d3e94587d81bd63b4a5e0a099d5118b14d4f03401e57e363c484b8b2ccd6912",
    ("mlp", ".npz", "bfloat16", 1): "a92897b91acbcb40ea98a78e6adb9400bcee4bc7c5a028d39a2c6db985bc4676",
    ("mlp", ".h5", "bfloat16", 1): "a5068bb5618bc68ca909a084cb9cbdb36337385f2aa3e6578f5fc013adc4a96c",
    (
        "mlp",
        ".safetensors",
        "float8_e4m3fn",
        1,
    ): "e3a1c545a3e81210332546782a14add4c1c889ba1e62763e96c3c6d92604a0e1",
    ("mlp", ".npz", "float8_e4m3fn", 1): "c054d56745e045e036a8cc699ccaec2fcc4203595f5a3d35e40ccae6f0658d36",
    ("mlp", ".h5", "float8_e4m3fn", 1): "868f2a39095115f386917eadb6b1e884d44a428240f0152324723751d90f4f18",
    (
        "mlp",
        ".safetensors",
        "float8_e5m2",
        1,
    ): "174b4fcacc2be993ab65f62afd30acae42e93bbed0e0ccf6e1ba2d564c44041f",
    ("mlp", ".npz", "float8_e5m2", 1): "d17541e3f7a02378607cb2c29e3fbf5c9d0c2f5416f94460c5db8169ef7b9028",
    ("mlp", ".h5", "float8_e5m2", 1): "478d8ea820c42d4d95af7dfc053eb76250d12c92b5ebb7f69266c985c44b6be2",
    (
        "mlp",
        ".safetensors",
        "float32",
        4294967295,
    ): "a8801fccc1662ce4f465c6211e467c98576e6c1606218cf33d0b4c1eccb46b4d",
    (
        "mlp",
        ".safetensors",
        "float32",
        4294967296,
    ): "bc57c1965dda75e56864b002a891a249222b154cf0a988fa9b5eb2a58ffa0def",
    (
        "mlp",
        ".safetensors",
        "float32",
        18446744073709551615,
    ): "fba95dc4e8aa02dd72a35e195244643b65665fcb8afd9f765fb0a20109c4f340",
    (
        "resnet18",
        ".safetensors",
        "float32",
        7,
    ): "67fd403b02084b82017ddef2badb1c72ac44b302ea199d5423ffff2a43666f80",
    (
        "unet",
        ".safetensors",
        "float32",
        7,
    ): "5805027a9de049e270f35ab04a8a9d28bddef2dca85fe3b35f885c84462f536c",
    (
        "vgg16",
        ".safetensors",
        "float32",
        7,
    ): "f5945549c7d2983339f711f205aa3a7b90ec8eafc672c081e1e4422e6674e704",
}


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of all files of a folder in the order of their names."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


@pytest.mark.parametrize(
    ("case", "expected"), GOLDEN.items(), ids=["-".join(map(str, case)) for case in GOLDEN]
)
def test_the_file_is_what_it_has_always_been(
    tmp_path: Path, case: tuple[str, str, str, int], expected: str
) -> None:
    """Spec, ending, dtype and seed give the recorded bytes."""
    spec, ending, dtype, seed = case
    out = f"{tmp_path}/w{ending}"

    winitgen.write(SPECS / f"{spec}.yaml", out, dtype=dtype, seed=seed, fsync=False)

    assert expected == digest(Path(out))
