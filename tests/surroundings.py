"""Surroundings of every process that tests: no display, and a home folder of its own, from this import on."""

from __future__ import annotations

import os
import tempfile

# What the person at this machine keeps is neither read nor written, by other libraries and processes either.
HOME = tempfile.mkdtemp(prefix="ddpm-studio-home-")
os.environ.update(
    HOME=HOME,
    XDG_CACHE_HOME=HOME + "/cache",
    XDG_CONFIG_HOME=HOME + "/config",
    XDG_DATA_HOME=HOME + "/data",
    XDG_STATE_HOME=HOME + "/state",
    HF_HOME=HOME + "/huggingface",
    HF_HUB_CACHE=HOME + "/huggingface/hub",
)
os.environ["QT_QPA_PLATFORM"] = "offscreen"
# Two test processes share the cores; networks as small as those of the tests only wait for each other's threads.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# PySide says nothing of a slot without @Slot unless it is asked to; the test run then fails on its warning.
os.environ["QT_LOGGING_RULES"] = "qt.pyside.libpyside.warning=true"
