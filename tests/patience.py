"""How long tests wait for what must happen.

It is many times what it takes: a machine may be busy, and only a test that fails waits to the end. How fast things are
is measured in `tests/bench`.
"""

from __future__ import annotations

from typing import Final

PATIENCE: Final = 75.0
"""Seconds: longer than the minute after which Slack tells again of what nobody acknowledged in time."""
