"""The seconds that a probe takes, without imports: ``probe_winitgen.py SPEC SAMPLES``."""

import json
import sys
import time
from pathlib import Path

import winitgen

winitgen.probe(sys.argv[1], samples=int(sys.argv[2]))  # imports, and memory that the system has given once
begun = time.perf_counter()
winitgen.probe(sys.argv[1], samples=int(sys.argv[2]))
print(json.dumps({Path(sys.argv[1]).stem: time.perf_counter() - begun}))
