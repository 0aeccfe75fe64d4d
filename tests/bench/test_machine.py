"""What is said of the machine and the versions."""

import sys
from pathlib import Path

from tests.bench.machine import available, build, machine, memory, versions
from tests.bench.options import Installed, Options


def test_the_machine_is_told() -> None:
    """Each with a value; a Python has three numbers."""
    told = machine()

    assert ["processor", "cores", "memory", "system", "python"] == list(told)
    assert all(told.values())
    assert ".".join(map(str, sys.version_info[:3])) == told["python"]
    assert 0 < available() < memory()


def test_versions_are_those_of_the_interpreters(tmp_path: Path) -> None:
    """A build that does not run is unknown; the peers' interpreter is asked, and what it lacks is said."""
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho numpy 1.2.3\necho torch missing\n")
    python.chmod(0o755)
    nothing = Installed(tmp_path / "none")

    told = versions(Options(1, False, tmp_path, nothing, None, python))

    assert {"winitgen": "unknown", "numpy": "1.2.3", "torch": "missing"} == told


def test_a_build_tells_by_which_path_it_draws(tmp_path: Path) -> None:
    """In its long version; an older build has the short one alone."""
    new, old = tmp_path / "new", tmp_path / "old"
    new.write_text(
        "#!/bin/sh\necho winitgen 1.0\necho 'values: C kernels (A=numpy for NumPy)'\necho python 3\n"
    )
    old.write_text('#!/bin/sh\n[ "$#" = 1 ] && echo winitgen 0.1\n')
    for script in (new, old):
        script.chmod(0o755)

    assert ("1.0, C kernels", "0.1") == (build([new]), build([old]))
