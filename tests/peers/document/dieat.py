# SPDX-License-Identifier: Apache-2.0
"""Kill this process at a certain step, for tests."""

import os
import signal

STEPS = ("staged", "linked", "one-inbox", "delivered", "replaced", "waiting")


class DieAt:
    """Knows the step and the sequence at which to die."""

    def __init__(self, text=""):
        """Parse STEP:SEQUENCE; an empty text means never."""
        self._step, _, number = text.partition(":")
        if text and self._step not in STEPS:
            raise ValueError(f"unknown step: {self._step}")
        self._sequence = int(number or 0)

    def reached(self, step, sequence):
        """Say that a step is done for the chunk with this sequence."""
        if step == self._step and sequence >= self._sequence:
            os.kill(os.getpid(), signal.SIGKILL)
