"""Nanoseconds a value in a library, or of a copy: ``values.py LIBRARY COUNT THREADS [CASE...]``."""

import json
import sys
from importlib import import_module

from cases import chosen, nanoseconds, stay_on

count, threads = map(int, sys.argv[2:4])
stay_on(threads)
peer = import_module(f"by_{sys.argv[1]}")
peer.use(threads)
found = {}
for name, distribution, dtype in chosen(sys.argv[4:]):
    filler = peer.filler(distribution, dtype, count, threads)
    found[name] = filler if isinstance(filler, str) else nanoseconds(filler, count, threads)
print(json.dumps(found))
