"""Executor options: who draws the points of a sweep, in this process, in others, or on the workers of a cluster."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from ddpm_studio.commands.shared.arguments import whole_number
from ddpm_studio.lab.executors.cluster import Certificates, Cluster
from ddpm_studio.lab.executors.cluster_address import ClusterAddress
from ddpm_studio.lab.executors.inline_executor import InlineExecutor
from ddpm_studio.lab.executors.pool import ProcessPool
from ddpm_studio.lab.executors.share import MOST_PROCESSES, shared_out

MOST_THREADS = 1024

ON_A_CLUSTER = 256
"""Points that a cluster has at a time, some of which wait: whoever leaves it loses those that are being drawn."""


def add_executor(parser: ArgumentParser) -> None:
    """Add the arguments that say who draws."""
    group = parser.add_argument_group("who draws (docs/cluster.md)")
    workers, threads = whole_number(1, MOST_PROCESSES), whole_number(1, MOST_THREADS)
    add = group.add_mutually_exclusive_group().add_argument
    add("--workers", metavar="N", type=workers, help="processes (default: one for each core, up to 8, or each GPU)")
    add("--cluster", metavar="ADDRESS", help="scheduler of a Dask cluster, as tcp://127.0.0.1:8786, or its file")
    add = group.add_argument
    add("--threads", metavar="N", type=threads, help="threads of each of them (default: its part of the cores)")
    add("--insecure-cluster", action="store_true", help="take tcp:// of others, where who reaches the port runs code")
    add("--cluster-ca", metavar="PEM", default="", help="certificate of the authority of a tls:// cluster")
    add("--cluster-cert", metavar="PEM", default="", help="your certificate there")
    add("--cluster-key", metavar="PEM", default="", help="its key, unless it is in the same file")


@contextmanager
def executor_from(options: Namespace, checkpoint: str, device: str) -> Iterator[tuple[Executor, int]]:
    """The executor that the options ask for, and how many points it is to have at a time.

    Raises PoolError or ClusterError for one that there cannot be.
    """
    executor, at_once = _cluster(options, checkpoint) if options.cluster else _here(options, device)
    with executor:
        yield executor, at_once


def _cluster(options: Namespace, checkpoint: str) -> tuple[Executor, int]:
    address = ClusterAddress.of(options.cluster, insecure=options.insecure_cluster)
    certificates = Certificates(options.cluster_ca, options.cluster_cert, options.cluster_key)
    return Cluster(address, certificates, threads=options.threads, checkpoint=checkpoint), ON_A_CLUSTER


def _here(options: Namespace, device: str) -> tuple[Executor, int]:
    """A pool, or this process where one is enough."""
    shares = shared_out(options.workers, options.threads, device=device)
    if len(shares) > 1:
        return ProcessPool(shares), len(shares) + 1
    if options.threads is not None:
        import torch

        torch.set_num_threads(options.threads)
    return InlineExecutor(), 1
