#!/usr/bin/env bash
# threadpoolctl 3.8.0: importing it sets an environment variable, for the process and for all that it starts later.
#
# The package measures and limits the threads of BLAS and OpenMP libraries. Its import sets KMP_DUPLICATE_LIB_OK=True, unless
# the variable is there already, and leaves it. Intel's and LLVM's OpenMP then load a second copy of themselves without a word,
# where they would have ended the program; and a child process, which imports nothing of the kind, inherits that. A library that
# limits its own threads thus changes how its caller's subprocesses treat a faulty installation. Seen: nothing before the import,
# 'True' after it and in a child; a value that the caller has set stays.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet threadpoolctl==3.8.0

env -u KMP_DUPLICATE_LIB_OK "$folder/venv/bin/python" - <<'PYTHON'
import os
import subprocess
import sys

NAME = "KMP_DUPLICATE_LIB_OK"
CHILD = [sys.executable, "-c", f"import os; print(os.environ.get({NAME!r}))"]


def in_a_child():
    return subprocess.run(CHILD, capture_output=True, text=True, check=True).stdout.strip()


before = (os.environ.get(NAME), in_a_child())
import threadpoolctl

after = (os.environ.get(NAME), in_a_child())
assert before == (None, "None"), before
assert after == ("True", "True"), f"the environment is {after}: this changed"
kept = subprocess.run(
    [sys.executable, "-c", f"import threadpoolctl, os; print(os.environ[{NAME!r}])"],
    env={**os.environ, NAME: "FALSE"}, capture_output=True, text=True, check=True,
).stdout.strip()
assert kept == "FALSE", kept
print(f"threadpoolctl {threadpoolctl.__version__}: {NAME} is {before[0]} before the import, {after[0]!r} after it and in a child")
PYTHON
