"""One GiB of He-normal float32 to each format, without fsync, whole processes."""

from harness import HERE, Contender, compare, options

OUTPUTS = {"safetensors": "w.safetensors", "npz": "w.npz", "npy": "w.npy", "npy-dir": "w", "hdf5": "w.h5"}

if __name__ == "__main__":
    with options(__doc__ or "", runs=3) as given:
        init = [given.winitgen, "init", HERE / "large.yaml", "--no-fsync", "--quiet", "--format"]
        outputs = {name: given.directory / output for name, output in OUTPUTS.items()}
        print("\n1 GiB, in the page cache (no fsync)")
        compare(
            [Contender(name, [*init, name, "-o", output], output) for name, output in outputs.items()],
            given.runs,
        )
