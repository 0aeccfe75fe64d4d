"""One GiB of He-normal float32 to safetensors, whole processes, against PyTorch at equal durability."""

from harness import HERE, Contender, Options, compare, options


def pair(given: Options, *, fsync: bool) -> list[Contender]:
    """Return winitgen and PyTorch, both of which wait for the disk or both of which do not."""
    ours, theirs = given.directory / "winitgen.safetensors", given.directory / "torch.safetensors"
    init = [given.winitgen, "init", HERE / "large.yaml", "-o", ours, "--quiet"]
    peer = [given.torch, HERE / "peers" / "large_torch.py", theirs]
    return [
        Contender("winitgen", init if fsync else [*init, "--no-fsync"], ours),
        Contender("torch", [*peer, "fsync"] if fsync else peer, theirs),
    ]


if __name__ == "__main__":
    with options(__doc__ or "", runs=5) as given:
        for fsync in (False, True):
            print(f"\n1 GiB, {'on the disk (fsync)' if fsync else 'in the page cache (no fsync)'}")
            compare(pair(given, fsync=fsync), given.runs)
