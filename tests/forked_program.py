"""Program as processes that come of one which has imported everything, which takes a second or three anew.

What a process of its own is like from its first import on is shown in `test_app.py`, `test_cli.py` and
`test_signals.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from ddpm_studio.first_import import importing_torch
from ddpm_studio.process import prepare_process

SERVE = "import sys; sys.path[:] = {path!r}; from tests.forked_program import serve; serve()"
READY = "ready"
MADE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


class ForkedProgram:
    """A process that has imported what the program needs, and forks for each run of it."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", SERVE.format(path=sys.path)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._line() == READY

    def run(self, *arguments: str, cwd: Path, env: Mapping[str, str] = os.environ) -> subprocess.CompletedProcess[str]:
        """What `python -m ddpm_studio` with these arguments ended with, in this folder."""
        assert self._process.stdin is not None
        out, err = cwd.parent / f"{cwd.name}.out", cwd.parent / f"{cwd.name}.err"
        print(json.dumps([arguments, str(cwd), dict(env), str(out), str(err)]), file=self._process.stdin, flush=True)
        code = int(self._line())
        said = [each.read_text(encoding="utf-8") for each in (out, err)]
        for each in (out, err):
            each.unlink()
        return subprocess.CompletedProcess(arguments, code, *said)

    def close(self) -> None:
        """End it."""
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")


def serve() -> NoReturn:
    """Answer each line, which says what to run, with its exit code, until there are no more."""
    prepare_process()
    with importing_torch(), warnings.catch_warnings(action="ignore"):
        import ddpm_studio.checkpoints.families.shared.apart.host
        import ddpm_studio.gui.app  # noqa: F401
    print(READY, flush=True)
    for line in sys.stdin:
        number = os.fork()
        if number == 0:
            _be_the_program(*json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), flush=True)
    os._exit(0)


def _be_the_program(arguments: list[str], folder: str, environment: dict[str, str], out: str, err: str) -> NoReturn:
    code = 70
    try:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        for stream, (path, how) in enumerate(((os.devnull, os.O_RDONLY), (out, MADE), (err, MADE))):
            os.dup2(os.open(path, how, 0o600), stream)
        sys.argv[1:] = arguments
        from ddpm_studio.__main__ import main

        code = main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
