"""Run a command, and write what it took to a descriptor: ``launcher.py DESCRIPTOR COMMAND...``.

The system counts the memory of a process that starts another one as the other's, until that one's own is more. So
commands are started by this small program, and not by the benchmarks.
"""

import json
import os
import sys
import time

begun = time.perf_counter()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - begun
kilobyte = 1024 if sys.platform == "linux" else 1  # a Mac counts bytes
took = {
    "seconds": seconds,
    "processor": usage.ru_utime + usage.ru_stime,
    "megabytes": usage.ru_maxrss * kilobyte / 1e6,
    "code": os.waitstatus_to_exitcode(status),
}
os.write(int(sys.argv[1]), json.dumps(took).encode())
