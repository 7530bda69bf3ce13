"""Surroundings of a process that tests: no display, a home folder of its own, and an ear for signals."""

from __future__ import annotations

import os
import signal
import sys
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
# Where a machine keeps no bytecode, each of the many processes would compile the whole program anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A shell starts what it puts in the background deaf to Ctrl-C, and nohup deaf to SIGHUP; so would be the processes that
# tests send signals to.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
for each in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
    if signal.getsignal(each) is signal.SIG_IGN:
        signal.signal(each, signal.SIG_DFL)
