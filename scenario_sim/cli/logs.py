"""Log lines of the command line: progress where there is no terminal, and more with --verbose."""

from __future__ import annotations

import logging
import sys

PACKAGE = "scenario_sim"
PROGRESS = f"{PACKAGE}.progress"  # told without --verbose as well, where a bar cannot be drawn
FORMAT, DAY_AND_TIME = "%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S"


class _StandardError(logging.Handler):
    """Handler that looks for standard error anew with each line: tests and notebooks replace it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        print(self.format(record), file=sys.stderr, flush=True)


def set_up_logging(verbosity: int) -> None:
    """Send the package's log lines to standard error.

    Parameters
    ----------
    verbosity : int
        0: warnings, and progress without a terminal; 1: also what is done; 2 or more: every block
        of runs too.
    """
    level = {0: logging.WARNING, 1: logging.INFO}.get(verbosity, logging.DEBUG)
    logger = logging.getLogger(PACKAGE)
    logger.setLevel(level)
    logging.getLogger(PROGRESS).setLevel(min(level, logging.INFO))
    if not any(isinstance(one, _StandardError) for one in logger.handlers):
        handler = _StandardError()
        handler.setFormatter(logging.Formatter(FORMAT, DAY_AND_TIME))
        logger.addHandler(handler)
