"""One GiB of He-normal float32, drawn again and compared, against drawing and writing it: whole processes."""

from harness import HERE, Contender, Options, compare, options


def pair(given: Options, ending: str) -> list[Contender]:
    """Return the command that writes a file, and the one that verifies it afterwards."""
    path = given.directory / f"w{ending}"
    init = [given.winitgen, "init", HERE / "large.yaml", "-o", path, "--quiet", "--no-fsync"]
    return [
        Contender("init", init, path),
        Contender("verify", [given.winitgen, "verify", path, "--quiet"]),
        Contender("init --check", [*init, "--check"]),
    ]


if __name__ == "__main__":
    with options(__doc__ or "", runs=5) as given:
        for ending in (".safetensors", ".npz", ".h5"):
            print(f"\n1 GiB, {ending}, in the page cache")
            compare(pair(given, ending), given.runs)
