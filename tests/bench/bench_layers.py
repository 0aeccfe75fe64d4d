"""Models of many layers, whole processes: 5,000 and 49,000 dense layers with biases, the most that a spec can have."""

from harness import Contender, compare, options

SPEC = """
input: 4
layers:
  - type: repeat
    times: {times}
    name: block{{i}}
    layers:
      - {{type: dense, name: fc, units: 4, activation: relu}}
"""

if __name__ == "__main__":
    with options(__doc__ or "", runs=5) as given:
        few, many = (given.directory / f"{times}.yaml" for times in (5000, 49000))
        for path in (few, many):
            path.write_text(SPEC.format(times=path.stem))
        out = given.directory / "winitgen.safetensors"
        init = ["-o", out, "--quiet", "--no-fsync"]
        print("\nplan")
        compare(
            [Contender(path.stem, [given.winitgen, "plan", path]) for path in (few, many)],
            given.runs,
        )
        print("\ninit")
        compare(
            [Contender(path.stem, [given.winitgen, "init", path, *init], out) for path in (few, many)],
            given.runs,
        )
