"""Runs a command and prints its peak memory behind its output, from a process smaller than what it measures.

A started process takes over the peak of the one that started it, so the bench cannot ask for itself.
"""

import os
import sys

pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
print(f"\n{usage.ru_maxrss}")
sys.exit(os.waitstatus_to_exitcode(status))
