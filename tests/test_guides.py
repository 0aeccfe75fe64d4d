"""The guides are true: every line runs, in order, and prints what the guide shows."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.blocks import blocks, commands, run, transcript
from tests.files.stores.servers import s3_server
from tests.needed import missing

ROOT = Path(__file__).parents[1]
GUIDES = ROOT / "specs" / "guides"
PIPELINE = ROOT / "specs" / "pipeline" / "README.md"

FRAMEWORKS = ("torch", "keras", "flax")
ON_THE_PROCESSOR = {"JAX_PLATFORMS": "cpu"}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with what a clone has that the guides use."""
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    return tmp_path


def needed(name: str, extra: str) -> None:
    """Skip the test if a package is missing, or fail it where CI is true."""
    if find_spec(name) is None:
        missing(name, f"install it with: pip install -e '.[{extra}]'")


def check(page: Path, folder: Path, environment: dict[str, str] | None = None) -> None:
    """Run a page in a folder, and compare what is printed."""
    found = commands(blocks(page.read_text(encoding="utf-8")))
    expected, actual = transcript(found, run(found, folder, {**ON_THE_PROCESSOR, **(environment or {})}))

    assert found
    assert expected == actual


@pytest.mark.parametrize(
    "name",
    ["seed-in-ci", "check-a-checkpoint", "convert-a-checkpoint", "from-a-checkpoint", "new-head", "tutorial"],
)
def test_the_guide_is_true(name: str, clone: Path) -> None:
    """It needs nothing but winitgen."""
    check(GUIDES / f"{name}.md", clone)

    assert {"specs", "playground"} == {path.name for path in clone.iterdir()}


def test_the_lecture_is_true(clone: Path) -> None:
    """It draws three pictures."""
    needed("matplotlib", "plot")
    check(GUIDES / "lecture.md", clone)

    pictures = {path.name for path in (clone / "playground/lecture").iterdir()}
    assert {"deck.png", "gain.png", "he2015.png"} == pictures


@pytest.mark.slow
def test_three_frameworks_give_the_same_outputs(clone: Path) -> None:
    """PyTorch, Keras, linen and nnx load their files and print the same numbers."""
    for name in FRAMEWORKS:
        needed(name, "frameworks")

    check(GUIDES / "three-frameworks.md", clone)


@pytest.mark.slow
def test_jax_draws_shards_where_they_live(clone: Path) -> None:
    """One device and eight have the same weights and losses, and nnx and Keras the same values."""
    for name in ("jax", "flax", "keras"):
        needed(name, "frameworks")

    check(GUIDES / "no-seed-checkpoint-jax.md", clone)


@pytest.mark.slow
def test_hugging_faces_library_reads_the_checkpoint(clone: Path) -> None:
    """It reads what was written of a config, and a family of one's own is one file."""
    for name in ("torch", "transformers"):
        needed(name, "frameworks")

    check(GUIDES / "hugging-face.md", clone, {"PYTHONPATH": str(ROOT / "tests/frameworks/any_torch")})


@pytest.mark.slow
def test_many_hosts_write_the_same_bytes(clone: Path) -> None:
    """Ranks by hand and by torchrun, by the variables of other launchers, and tasks of Dask and of Ray."""
    needed("torch", "frameworks")
    needed("distributed", "dask")
    needed("ray", "ray")

    check(GUIDES / "many-hosts.md", clone)


@pytest.mark.slow
def test_any_mesh_starts_from_the_same_weights(clone: Path) -> None:
    """A trainer under torchrun on one, two and four ranks, by `init_` and as a checkpoint."""
    needed("torch", "frameworks")

    check(GUIDES / "no-seed-checkpoint.md", clone)


def test_the_guide_to_object_stores_is_true(clone: Path) -> None:
    """Its bucket is in moto's server."""
    for name in ("s3fs", "moto", "flask"):
        needed(name, "test,remote")
    import s3fs

    keys = {
        "AWS_ACCESS_KEY_ID": "someone",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with s3_server() as (url, _):
        s3fs.S3FileSystem(key="someone", secret="secret", endpoint_url=url).mkdir("weights")  # noqa: S106
        check(GUIDES / "object-stores.md", clone, {**keys, "AWS_ENDPOINT_URL": url})


def test_the_page_on_pipelines_is_true(clone: Path) -> None:
    """Its commands run on a model of the reader's, and the second and third find what the first wrote."""
    shutil.copy(ROOT / "specs/mlp.yaml", clone / "model.yaml")

    check(PIPELINE, clone)


def test_every_guide_is_run() -> None:
    """The tests above leave out no guide."""
    tested = {
        "seed-in-ci",
        "check-a-checkpoint",
        "convert-a-checkpoint",
        "from-a-checkpoint",
        "new-head",
        "tutorial",
        "lecture",
        "three-frameworks",
        "hugging-face",
        "many-hosts",
        "no-seed-checkpoint-jax",
        "object-stores",
        "no-seed-checkpoint",
    }

    assert tested == {path.stem for path in GUIDES.glob("*.md")} - {"README"}
