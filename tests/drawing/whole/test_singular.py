"""Leading singular vectors, against LAPACK, and lengths of kernels."""

import numpy as np
import pytest

import winitgen
from winitgen.drawing.whole import singular


def normals(*shape: int) -> np.ndarray:
    """Return fixed normals."""
    return np.random.default_rng(3).normal(size=shape)


@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (7, 12), (64, 27), (300, 300), (90, 800)])
def test_random_matrices(shape: tuple[int, int]) -> None:
    """The value is LAPACK's to 1e-8, and so are the vectors, to the square of theirs."""
    matrix = normals(*shape)
    u, v = singular.leading(matrix, normals(min(shape)))
    left, values, right = np.linalg.svd(matrix, full_matrices=False)

    assert pytest.approx(values[0], rel=1e-8) == u @ matrix @ v
    assert [1.0] * 4 == pytest.approx(
        [np.linalg.norm(u), np.linalg.norm(v), abs(u @ left[:, 0]), abs(v @ right[0])], abs=1e-6
    )


@pytest.mark.parametrize(
    ("matrix", "value"),
    [
        (np.eye(6), 1.0),
        (3.0 * np.eye(6, 4), 3.0),
        (np.ones((5, 7)), np.sqrt(35.0)),
        (np.diag([2.0, 2.0, 1.0, 0.0]), 2.0),
        (1e-30 * np.eye(3), 1e-30),
        (np.linalg.qr(normals(50, 50))[0], 1.0),
    ],
    ids=["identity", "tall", "rank one", "twice", "tiny", "orthogonal"],
)
def test_matrices_with_equal_values(matrix: np.ndarray, value: float) -> None:
    """Equal singular values, missing ones, and tiny ones: the value is right, and the vectors have length 1."""
    u, v = singular.leading(matrix, normals(min(matrix.shape)))

    assert [value, 1.0, 1.0] == pytest.approx(
        [u @ matrix @ v, np.linalg.norm(u), np.linalg.norm(v)], rel=1e-12
    )


def test_a_matrix_of_zeros() -> None:
    """Nothing has no direction."""
    u, v = singular.leading(np.zeros((4, 3)), normals(3))

    assert not u.any()
    assert not v.any()


@pytest.mark.parametrize("size", [1, 2, 9])
def test_tridiagonal(size: int) -> None:
    """The largest eigenvalue of a small matrix, and its eigenvector, are LAPACK's."""
    diagonal, beside = normals(size) ** 2, np.abs(normals(size)[1:])
    matrix = np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
    value, vector = singular.largest(diagonal.tolist(), beside.tolist())
    values, vectors = np.linalg.eigh(matrix)

    assert pytest.approx(values[-1], rel=1e-12) == value
    assert pytest.approx(1.0, rel=1e-12) == abs(vectors[:, -1] @ vector)


def test_products_in_blocks() -> None:
    """More rows than are multiplied at once are all added."""
    rows, factors = normals(5000, 33), normals(5000)

    np.testing.assert_allclose(singular.product(rows, factors), factors @ rows, rtol=1e-11)


LAYERS = [
    {"name": "l", "type": "dense", "inputs": 9, "units": 5},
    {"name": "c", "type": "conv1d", "inputs": 6, "filters": 4, "kernel_size": 3, "groups": 2},
]


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("dtype", ["float64", "float32", "bfloat16"])
def test_lengths(axis: int, dtype: str) -> None:
    """G holds the lengths of the kernel as the file has it, rounded to its format."""
    norm = {"type": "weight_norm", "axis": axis, "names": "hooks"}
    found = winitgen.generate({"layers": [{**layer, "kernel_norm": norm} for layer in LAYERS]}, dtype=dtype)
    for name in ("l", "c"):
        v, g = (found[f"{name}.weight_{part}"].astype(np.float64) for part in "vg")
        others = tuple(other for other in range(v.ndim) if other != axis)
        expected = np.sqrt((v**2).sum(axis=others, keepdims=True))

        np.testing.assert_allclose(
            g, expected, rtol={"float64": 1e-14, "float32": 1e-7, "bfloat16": 2**-8}[dtype]
        )


@pytest.mark.parametrize(
    "init", ["orthogonal", {"scheme": "sparse", "nonzeros": 2, "direction": "incoming"}, "identity"]
)
@pytest.mark.parametrize("kind", ["weight_norm", "spectral_norm"])
def test_kernels_that_are_drawn_as_a_whole(init: object, kind: str) -> None:
    """A kernel whose elements depend on one another is drawn again like any other."""
    layer = {"name": "l", "type": "dense", "inputs": 9, "units": 5, "init": init}
    found = winitgen.generate({"layers": [{**layer, "kernel_norm": {"type": kind, "names": "hooks"}}]})
    plain = winitgen.generate({"layers": [layer]})["l.weight"]
    if kind == "weight_norm":
        np.testing.assert_array_equal(plain, found["l.weight_v"])
        np.testing.assert_allclose(found["l.weight_g"][:, 0], np.linalg.norm(plain, axis=1), rtol=1e-6)
    else:
        sigma = found["l.weight_u"] @ plain @ found["l.weight_v"]
        assert pytest.approx(np.linalg.svd(plain)[1][0], rel=1e-6) == sigma
