"""A Dask scheduler and workers on this machine, as other machines would have them."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"


class RunningCluster:
    """A scheduler that runs at `address`, and the Dask workers that were started for it."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.address = f"tcp://{HOST}:{free.getsockname()[1]}"
        self.hosts: list[subprocess.Popen] = []
        self.start_scheduler()

    def start_scheduler(self) -> None:
        """Start the scheduler, again at the same address."""
        port = self.address.rpartition(":")[2]
        self.scheduler = _started("scheduler", "--host", HOST, "--port", port)

    def start_host(self, threads: int, before: tuple[str, ...] = ()) -> subprocess.Popen:
        """Start a Dask worker that does so many jobs at once. `before`: what its command begins with."""
        preload = ("--preload", "lessons.jobs.dask_worker")
        worker = ("worker", self.address, "--host", HOST, "--nthreads", str(threads), "--no-nanny", *preload)
        self.hosts.append(_started(*worker, before=before))
        return self.hosts[-1]

    def processes(self) -> list[int]:
        """Process ids of the processes that do the jobs."""
        alive = [host for host in self.hosts if host.poll() is None]
        return [child.pid for host in alive for child in psutil.Process(host.pid).children()]

    def close(self) -> None:
        """End all of it."""
        for process in (*self.hosts, self.scheduler):
            process.kill()
            process.wait()


@contextmanager
def cluster(*threads: int) -> Iterator[RunningCluster]:
    """A cluster with a Dask worker for each of these numbers of threads."""
    running = RunningCluster()
    try:
        for each in threads:
            running.start_host(each)
        yield running
    finally:
        running.close()


def _started(*arguments: str, before: tuple[str, ...] = ()) -> subprocess.Popen:
    command = [*before, sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("DASK_")}
    return subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.DEVNULL)
