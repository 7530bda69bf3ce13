"""How long a test waits for what comes late on a slow machine; what comes in time is not waited for any longer."""

from __future__ import annotations

PATIENCE_S = 180
