"""The seconds that a probe takes, without imports: ``probe_winitgen.py SPEC SAMPLES``."""

import sys
import time

import winitgen

winitgen.probe(sys.argv[1], samples=1)  # imports, and BLAS at work once
begun = time.perf_counter()
winitgen.probe(sys.argv[1], samples=int(sys.argv[2]))
print(time.perf_counter() - begun)
