"""The limits of the served page; docs/reliability.md tells them to its readers.

How many runs and weeks a page may ask for stands in `ui/url/parts.py`.
"""

from __future__ import annotations

# A kernel is the server's part of one open page: 1 to 5 MB once it shows a picture.
MAX_KERNELS = 200
MAX_KERNELS_PER_VISITOR = 12  # pages that one browser has open
MAX_KERNELS_PER_ADDRESS = 80  # pages behind one address: a class behind a router
MAX_SOCKETS_PER_KERNEL = 3  # a page that reconnects has two for a moment

# The largest message is an opened file: 1,000,001 bytes (export.vue) in base64 are 1,333,336.
MAX_MESSAGE_BYTES = 2_000_000

# A page that closes ends its kernel at once, by a beacon. Without one (a laptop sleeps, the network
# is gone) the kernel waits this long, which covers a change of network or of room. After it the
# page loads itself anew from its address: only the steps of undo are lost. A longer time would keep
# memory, computation and one of the visitor's kernels for a page that may be gone for good.
KERNEL_CULL = "5m"

# Work of a page whose last websocket is gone goes on for so long, then stops until the page is back:
# Jupyter's client tries again after about 1, 2 and 4 seconds.
WORK_KEPT_S = 10.0
WORK_KEPT_VARIABLE = "SCENARIO_SIM_WORK_KEPT_S"

# Computing time: CPU seconds of one browser in ten minutes, a fifth of a core. A picture of 1,000 runs
# and 104 weeks takes 0.06 s compiled, the largest that may be asked for 1.6 s.
VISITOR_CPU_S = 120.0
VISITOR_CPU_VARIABLE = "SCENARIO_SIM_VISITOR_CPU_S"
BUDGET_PERIOD_S = 600.0
ADDRESS_SHARE = 0.75  # of the machine's cores, for all browsers behind one address together
ELSEWHERE_S = 60.0  # so long a visitor from another address counts as present

# From SIGTERM or Ctrl-C to the end of the process. Closed connections get half of it.
MAX_SHUTDOWN_S = 4
