# SPDX-License-Identifier: Apache-2.0
"""The request to stop that SIGTERM and SIGINT make."""

import os
import signal

_read_fd, _write_fd = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
_requested = False


def _request(_number, _frame):
    global _requested
    _requested = True
    os.write(_write_fd, b"x")


def install():
    """Turn SIGTERM and SIGINT into a request to stop."""
    signal.signal(signal.SIGTERM, _request)
    signal.signal(signal.SIGINT, _request)


def requested():
    """Tell whether somebody asked this process to stop."""
    return _requested


def wakeup_fd():
    """Return a descriptor that becomes readable with the request."""
    return _read_fd
