"""A process apart ends whenever nobody waits for it any more, whatever its code is busy with, and leaves nothing."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor

from ddpm_studio.checkpoints.families.shared.apart import child as child_module
from ddpm_studio.checkpoints.families.shared.apart import watching
from ddpm_studio.checkpoints.families.shared.apart.apart_program import (
    ApartProgram,
    NotANetworkError,
    fill,
    has_ended,
    opened,
)
from ddpm_studio.checkpoints.families.shared.apart.child import Child, in_time, started
from ddpm_studio.checkpoints.families.shared.apart.ending import EndedError
from ddpm_studio.checkpoints.families.shared.apart.raised import ForeignError
from ddpm_studio.interruption import Interrupted, interruptible
from tests.checkpoints.families.shared.apart import unruly
from tests.checkpoints.families.shared.apart.processes import lives, wait_for
from tests.checkpoints.families.small import Table, inputs, made

FILE = Path("mine.pt")
FORKED = pytest.mark.usefixtures("forked")
"""Where only the conversation with a process is shown, and not how it begins and ends."""

PARENT = """
import sys
from pathlib import Path
from ddpm_studio.checkpoints.families.shared.apart.apart_program import opened
from ddpm_studio.checkpoints.families.shared.apart.child import Child
from tests.checkpoints.families.shared.apart import unruly
opened(Child(Path("mine.pt")), getattr(unruly, sys.argv[1]))
"""


@pytest.fixture
def busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file into which unruly code writes its process's number once it is busy."""
    monkeypatch.setenv(unruly.BUSY, str(tmp_path / "busy"))
    return tmp_path / "busy"


@pytest.fixture
def child(busy: Path) -> Iterator[Child]:
    with started(FILE) as child:
        yield child
    child.end()
    assert child._process.returncode is not None, "it is waited for, and no zombie"


def given_up_once(there: Path) -> Callable[[], None]:
    """A check that gives up as soon as there is such a file."""

    def look() -> None:
        if there.exists():
            raise Interrupted

    return look


def descriptors() -> int:
    return len([*Path("/proc/self/fd").iterdir()])


def test_there_can_be_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(EndedError, match=r"no process for the code of mine\.pt: No such file or directory; close"):
        Child(FILE)


@pytest.mark.parametrize("code", [unruly.endless, unruly.locked, unruly.scripted])
def test_nobody_waits_for_what_is_given_up(busy: Path, code: Callable[[], object]) -> None:
    before = descriptors()
    child = Child(FILE)
    with interruptible(given_up_once(busy)), pytest.raises(Interrupted):
        opened(child, code)
    assert not lives(int(busy.read_text()))
    assert child.has_ended
    assert child._process.returncode == -signal.SIGKILL
    assert descriptors() == before
    with pytest.raises(EndedError, match=r"The process with the code of mine\.pt was ended; open it again"):
        opened(child, code)


def test_opening_has_a_deadline(child: Child, busy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "OPENING_S", 0.5)
    sentence = "The code of mine.pt did not answer within 0.5 s, so its process was ended"
    with pytest.raises(EndedError, match=sentence), in_time(FILE):
        opened(child, unruly.endless)
    assert child.has_ended


def test_what_it_started_ends_with_it(child: Child, busy: Path) -> None:
    with interruptible(given_up_once(busy)), pytest.raises(Interrupted):
        opened(child, unruly.with_a_child)
    number = int(busy.with_suffix(".child").read_text())
    wait_for(lambda: not lives(number))


@pytest.mark.parametrize("code", ["endless", "locked", "scripted"])
def test_it_dies_with_the_program(busy: Path, code: str) -> None:
    """The program is killed, and can do nothing about it."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, code])
    try:
        wait_for(busy.exists)
        assert lives(int(busy.read_text()))
    finally:
        parent.kill()
        parent.wait()
    wait_for(lambda: not lives(int(busy.read_text())))


def test_it_ends_with_the_object() -> None:
    child = Child(FILE)
    process = child._process
    network = ApartProgram(child)
    del child, network
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize(("code", "reason"), [(unruly.crash, r"\(SIGSEGV\)"), (unruly.leave, r"\(exit code 3\)")])
def test_code_that_ends_its_process(child: Child, code: Callable[[], object], reason: str) -> None:
    with pytest.raises(EndedError, match=f"The code of mine.pt ended its process {reason}"):
        opened(child, code)


@FORKED
def test_code_that_leaves_in_order_only_fails(child: Child) -> None:
    with pytest.raises(ForeignError, match="enough") as error:
        opened(child, unruly.leave_in_order)
    assert error.value.kind == "SystemExit"
    assert not child.has_ended


@FORKED
def test_a_process_that_broke_its_device_ends(child: Child) -> None:
    with pytest.raises(ForeignError, match="CUDA error: device-side assert triggered"):
        opened(child, unruly.break_the_device)
    assert child.has_ended


@FORKED
def test_code_that_writes_on_our_connection(child: Child) -> None:
    with pytest.raises(EndedError, match=r"The code of mine\.pt disturbed what its process sends"):
        opened(child, unruly.chatter)


@FORKED
def test_memory_is_bounded(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    monkeypatch.setattr(watching, "MEMORY_SHARE", 2**30 / memory)
    with pytest.raises(EndedError, match=r"took more than 102[34] MiB of memory, so its process was ended"):
        opened(child, unruly.hoard)


def test_what_it_prints_is_dropped(child: Child, capfd: pytest.CaptureFixture[str]) -> None:
    assert opened(child, unruly.printing).name == "Table"
    assert capfd.readouterr() == ("", "")


@FORKED
def test_what_is_no_network(child: Child, busy: Path) -> None:
    with pytest.raises(NotANetworkError, match="NoneType"):
        opened(child, unruly.busy)


@FORKED
def test_the_network_is_called_as_it_would_be_here(child: Child) -> None:
    """In whole timesteps and float32, and in the precision that it is moved to."""
    network, found = made(Table), opened(child, Table)
    assert found.parameters == sum(parameter.numel() for parameter in network.parameters())
    assert {name: (t.dtype, t.shape) for name, t in found.tensors.items()} == {
        name: (t.dtype, t.shape) for name, t in network.state_dict().items()
    }
    fill(child, network.state_dict())
    program = ApartProgram(child, dtype=None, t_dtype=torch.int64)
    x, t = inputs()
    with torch.inference_mode():
        assert torch.equal(program(x, t.float()), network(x, t))
        low, expected = program.to(dtype=torch.bfloat16)(x.bfloat16(), t), network.bfloat16()(x.bfloat16(), t)
    assert torch.equal(low, expected)
    assert not has_ended(program)
    gc.collect()


@FORKED
def test_another_shape_comes_without_content(child: Child) -> None:
    opened(child, Pooling)
    x, t = inputs()
    out = ApartProgram(child)(x, t)
    assert out.is_meta
    assert out.shape == (len(x), 1)


class Pooling(torch.nn.Module):
    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return x.mean(dim=(1, 2, 3))[:, None]
