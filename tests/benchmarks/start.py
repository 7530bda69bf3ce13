"""From the shell to the first painted window, and to portraits on disk, against `python -c "import torch"`."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

from tests.benchmarks.figure import Figure

ROUNDS = 7
FIRST_PAINT = """
import sys
from PySide6.QtCore import QTimer
from ddpm_studio.gui import app as program
application = program.make_application(sys.argv[:1])
window = program.open_window([], [], None)
window.share_out(program.FIRST_SIZE)
window.show()
QTimer.singleShot(0, application.quit)
application.exec()
window.grab()
assert "torch" not in sys.modules and "diffusers" not in sys.modules
import os
os._exit(0)
"""

PORTRAITS = """
import tempfile
from pathlib import Path
from ddpm_studio.cli import main
with tempfile.TemporaryDirectory() as folder:
    assert main(["sample", "-o", str(Path(folder) / "grid.png")]) == 0
"""


def _seconds(code: str) -> float:
    start = time.perf_counter()
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return time.perf_counter() - start


def benchmark() -> list[Figure]:
    """Median over rounds of the ratio of neighbours, after one round that warms the disk cache."""
    rounds = [tuple(map(_seconds, (FIRST_PAINT, "import torch", PORTRAITS))) for _ in range(ROUNDS + 1)][1:]
    windows, imports, portraits = map(statistics.median, zip(*rounds, strict=True))
    return [
        Figure("cold start to the first painted window", windows, unit="s"),
        Figure("import torch", imports, unit="s"),
        Figure("16 portraits in 20 steps on disk", portraits, unit="s"),
        Figure("first painted window ÷ import torch", statistics.median(a / b for a, b, _ in rounds), 1.0),
        Figure("portraits on disk ÷ import torch", statistics.median(c / b for _, b, c in rounds), 1.5),
    ]
