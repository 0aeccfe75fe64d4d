"""Short runs, whole processes: a small model against NumPy's import and PyTorch, help against click's."""

from harness import HERE, SPECS, Contender, compare, options

if __name__ == "__main__":
    with options(__doc__ or "", runs=21) as given:
        ours, theirs = given.directory / "winitgen.safetensors", given.directory / "torch.safetensors"
        print("\nspecs/mlp.yaml")
        compare(
            [
                Contender("import numpy", [given.python, "-c", "import numpy"]),
                Contender(
                    "winitgen", [given.winitgen, "init", SPECS / "mlp.yaml", "-o", ours, "--quiet"], ours
                ),
                Contender("torch", [given.torch, HERE / "peers" / "small_torch.py", theirs], theirs),
            ],
            given.runs,
        )
        print("\n--help")
        compare(
            [
                Contender("import click", [given.python, "-c", "import click"]),
                Contender("winitgen --help", [given.winitgen, "--help"]),
            ],
            given.runs,
        )
