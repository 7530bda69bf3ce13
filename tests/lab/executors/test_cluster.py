"""A cluster does on its workers what is done here, says in a sentence what it cannot do, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.checkpoints import DEFAULT, bundled
from ddpm_studio.errors import SamplingError
from ddpm_studio.lab.executors import carried, cluster
from ddpm_studio.lab.executors.cluster import Certificates, Cluster
from ddpm_studio.lab.executors.cluster_address import ClusterAddress, ClusterError
from ddpm_studio.lab.executors.pool import ProcessPool
from ddpm_studio.lab.executors.share import Share
from tests.checkpoints.families.shared.apart.processes import wait_for
from tests.lab.executors import calls
from tests.lab.executors.dask_cluster import DaskCluster, running
from tests.patience import PATIENCE_S


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A scheduler with two workers, of which no test may end one."""
    with running(tmp_path_factory.mktemp("dask")) as dask:
        dask.add(2)
        yield dask


def address_of(dask: DaskCluster) -> ClusterAddress:
    return ClusterAddress.of(str(dask.file))


def test_the_numbers_are_those_of_this_process_and_of_a_pool(two: DaskCluster) -> None:
    with Cluster(address_of(two)) as far, ProcessPool([Share(1)] * 2) as near:
        there = [far.submit(calls.drawn, seed) for seed in range(6)]
        beside = [near.submit(calls.drawn, seed) for seed in range(6)]
        for seed in range(6):
            here = calls.drawn(seed)
            assert np.array_equal(there[seed].result(PATIENCE_S), here)
            assert np.array_equal(beside[seed].result(PATIENCE_S), here)
        far._client.wait_for_workers(2, PATIENCE_S)
        processes = {future.result(PATIENCE_S) for future in [far.submit(calls.process) for _ in range(24)]}
    assert len(processes) == 2
    assert os.getpid() not in processes


def test_exceptions_come_back_and_the_rest_goes_on(two: DaskCluster) -> None:
    with Cluster(address_of(two)) as pool:
        refused, awkward, leaving, drawn = (
            pool.submit(calls.refused, 5),
            pool.submit(calls.awkward),
            pool.submit(calls.leaving),
            pool.submit(calls.drawn, 1),
        )
        with pytest.raises(SamplingError, match=r"^5 is too much"):
            refused.result(PATIENCE_S)
        with pytest.raises(RuntimeError, match="AwkwardError: 1"):
            awkward.result(PATIENCE_S)
        with pytest.raises(RuntimeError, match="SystemExit: enough"):
            leaving.result(PATIENCE_S)
        assert drawn.result(PATIENCE_S).shape == (24, 24)
    with pytest.raises(RuntimeError, match="after shutdown"):
        pool.submit(calls.process)


def test_threads_are_as_many_as_asked(two: DaskCluster) -> None:
    with Cluster(address_of(two), threads=3) as pool:
        assert pool.submit(calls.threads).result(PATIENCE_S) == 3


def test_another_version_is_refused(two: DaskCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "version_here", lambda: "77.0")
    with Cluster(address_of(two)) as pool, pytest.raises(ClusterError, match=r"has ddpm-studio .*, not 77\.0; install"):
        pool.submit(calls.process).result(PATIENCE_S)


@pytest.mark.parametrize("first", ["model.pt", "model/model_index.json"])
def test_a_checkpoint_is_found_by_path_and_content_or_sent(
    first: str, two: DaskCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is no longer there is there for no worker, each of which keeps what it was sent."""
    (tmp_path / "model" / "unet").mkdir(parents=True)
    for name in (first, "model/unet/weights.safetensors"):
        (tmp_path / name).write_text(name)
    path = tmp_path / first
    content = carried.content_at(carried.CarriedCheckpoint.of(str(path)).path)
    with Cluster(address_of(two), checkpoint=str(path)) as pool:
        place, text = pool.submit(calls.read, calls.Placed(str(path))).result(PATIENCE_S)
        assert (Path(place) in {path, path.parent}, text) == (True, first)
        path.unlink()
        monkeypatch.setattr(cluster, "content_at", lambda path: content)
        places = {pool.submit(calls.read, calls.Placed(str(path))).result(PATIENCE_S) for _ in range(3)}
        monkeypatch.setattr(cluster, "content_at", None)
        places |= {pool.submit(calls.read, calls.Placed(str(path))).result(PATIENCE_S)}
    assert {content for _, content in places} == {first}
    assert all("/worker/" in place for place, _ in places)


def test_a_checkpoint_that_has_changed_is_not_sent(two: DaskCluster, tmp_path: Path) -> None:
    (tmp_path / "mine.pt").write_text("one")
    with Cluster(address_of(two), checkpoint=str(tmp_path / "mine.pt")) as pool:
        (tmp_path / "mine.pt").write_text("another")
        with pytest.raises(ClusterError, match=r"mine\.pt has changed since it was first read; start again"):
            pool.submit(calls.read, calls.Placed(str(tmp_path / "mine.pt"))).result(PATIENCE_S)


def test_a_bundled_one_is_found_by_its_content(two: DaskCluster) -> None:
    with Cluster(address_of(two), checkpoint=DEFAULT) as pool:
        assert pool.submit(calls.read, calls.Placed(DEFAULT)).result(PATIENCE_S)[0] == str(bundled()[DEFAULT])


def test_too_large_a_checkpoint_is_not_sent(two: DaskCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "large.pt").write_bytes(b"1234567")
    monkeypatch.setattr(cluster, "MOST_BYTES", 6)
    with Cluster(address_of(two), checkpoint=str(tmp_path / "large.pt")) as pool:
        (tmp_path / "large.pt").write_bytes(b"changed")
        with pytest.raises(ClusterError, match=r"lacks .*large\.pt, whose 0 MiB are more than the 0 that are sent"):
            pool.submit(calls.read, calls.Placed(str(tmp_path / "large.pt"))).result(PATIENCE_S)


def test_whoever_stops_waiting_leaves_at_once(two: DaskCluster, tmp_path: Path) -> None:
    pool = Cluster(address_of(two))
    futures = [pool.submit(calls.until, tmp_path / "go") for _ in range(5)]
    assert futures[-1].cancel()
    with pytest.raises(KeyboardInterrupt), pool:
        raise KeyboardInterrupt
    for future in futures:
        with pytest.raises(CancelledError):
            future.result()
    (tmp_path / "go").touch()


@pytest.mark.slow
def test_a_worker_that_dies_loses_nothing_and_what_kills_them_all_fails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dask gives up whatever a worker had taken on that died; here it does so at once, to need fewer of them."""
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    with running(tmp_path) as dask, Cluster(address_of(dask)) as pool:
        deadly, *others = (
            pool.submit(calls.dying, tmp_path, 99),
            *(pool.submit(calls.drawn, seed) for seed in range(4)),
        )
        for count in (1, 2):
            dask.add()
            wait_for(lambda count=count: len([*tmp_path.glob("died-*")]) == count)  # type: ignore[misc]
        with pytest.raises(ClusterError, match=r"^Each of the workers .* memory runs out; use smaller"):
            deadly.result(PATIENCE_S)
        dask.add()
        for seed, other in enumerate(others):
            assert np.array_equal(other.result(PATIENCE_S), calls.drawn(seed))


def test_a_scheduler_that_dies_ends_the_waiting(tmp_path: Path) -> None:
    with running(tmp_path) as dask, Cluster(address_of(dask)) as pool:
        future = pool.submit(calls.process)
        dask.scheduler.send_signal(signal.SIGKILL)
        with pytest.raises(ClusterError, match="scheduler is gone; start it again"):
            future.result(PATIENCE_S)


def test_where_nobody_answers_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECTING_S", 0.2)
    with pytest.raises(ClusterError, match=r"^No scheduler answers at tcp://127\.0\.0\.1:1 \("):
        Cluster(ClusterAddress.of("tcp://127.0.0.1:1"))


def test_without_dask_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r'not installed .*; run pip install "ddpm-studio\[cluster\]"\.$'):
        Cluster(ClusterAddress.of("tcp://127.0.0.1:1"))


def test_nothing_is_encrypted_without_certificates() -> None:
    with pytest.raises(ClusterError, match="name them by --cluster-ca and --cluster-cert"):
        Cluster(ClusterAddress.of("tls://example.org:8786"))


def test_certificates_let_both_sides_know_each_other(tmp_path: Path) -> None:
    """A worker and a client with the same authority; one with none of its certificates is not let in."""
    subject = ("-subj", "/CN=ddpm-studio", "-days", "2", "-nodes", "-newkey", "rsa:2048")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", *subject, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    options = ("--tls-ca-file", str(certificate), "--tls-cert", str(certificate), "--tls-key", str(key))
    mine = Certificates(str(certificate), str(certificate), str(key))
    with running(tmp_path, options=(*options, "--protocol", "tls")) as dask:
        dask.add()
        address = address_of(dask)
        assert address.encrypted
        with Cluster(address, mine) as pool:
            assert np.array_equal(pool.submit(calls.drawn, 1).result(PATIENCE_S), calls.drawn(1))


def test_importing_the_program_imports_no_dask() -> None:
    script = """
import sys
import ddpm_studio.cli, ddpm_studio.lab.executors.cluster, ddpm_studio.lab.executors.pool
print(*{"dask", "distributed", "torch", "PySide6"} & sys.modules.keys())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize(
    "text", ["tcp://127.0.0.1:8786", "tcp://127.9.9.9:1", "tcp://localhost:8786", "tcp://[::1]:8786"]
)
def test_this_machine_may_listen_in_plain_text(text: str) -> None:
    assert ClusterAddress.of(text) == ClusterAddress(text, False)


@pytest.mark.parametrize(
    "text",
    ["tcp://10.0.0.7:8786", "tcp://0.0.0.0:8786", "tcp://[::]:1", "tcp://localhost.example.org:1", "tcp://node7:8786"],
)
def test_another_one_only_where_that_is_said(text: str) -> None:
    with pytest.raises(ClusterError, match=r"whoever reaches the port can run code; use tls://.*--insecure-cluster"):
        ClusterAddress.of(text)
    assert ClusterAddress.of(text, insecure=True) == ClusterAddress(text, False)
    encrypted = text.replace("tcp", "tls")
    assert ClusterAddress.of(encrypted) == ClusterAddress(encrypted, True)


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8786",
        "tcp://127.0.0.1@example.org:8786",
        "tcp://127.0.0.1:8786@example.org:1",
        "tcp://127.0.0.1:8786/x",
        "tcp://127.0.0.1:8786\n",
        "tcp://127.0.0.1",
        "tcp://127.0.0.1:0",
        "tcp://127.0.0.1:99999",
        "tcp://[::1]x:1",
        "tcp://١٢٧.0.0.1:1",
        "inproc://1/2/3",
        "ucx://127.0.0.1:1",
        "://",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    for insecure in (False, True):
        with pytest.raises(ClusterError, match="is no address of a cluster; write tcp://"):
            ClusterAddress.of(text, insecure=insecure)


@pytest.mark.parametrize("content", ['{"address": 3}', "[]", '{"id": "x"}'])
def test_a_scheduler_file_without_an_address(content: str, tmp_path: Path) -> None:
    (tmp_path / "scheduler.json").write_text(content)
    with pytest.raises(ClusterError, match=r"scheduler\.json names no address of a scheduler"):
        ClusterAddress.of(str(tmp_path / "scheduler.json"))


def test_a_scheduler_file_opens_no_other_door(tmp_path: Path) -> None:
    (tmp_path / "scheduler.json").write_text('{"address": "tcp://10.0.0.7:8786"}')
    with pytest.raises(ClusterError, match=r"At tcp://10\.0\.0\.7:8786 whoever"):
        ClusterAddress.of(str(tmp_path / "scheduler.json"))


def test_the_digest_is_of_all_bytes(tmp_path: Path) -> None:
    file = tmp_path / "model.pt"
    file.write_bytes(bytes(3 * carried._BLOCK))
    first = carried.digest_at(file)
    with file.open("r+b") as stream:
        stream.seek(2 * carried._BLOCK + 77)
        stream.write(b"x")
    os.utime(file, ns=(1, 1))
    assert carried.digest_at(file) != first
