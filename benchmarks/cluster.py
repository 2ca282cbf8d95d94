"""What a second machine brings: a bag of trainings on one Dask worker, and on two, each on a core of its own."""

import os
import tempfile
import time
from unittest import mock

import psutil

from lessons.experiment import Trained
from lessons.jobs import vision
from lessons.jobs.pool import Pool
from lessons.jobs.ticket import Ticket
from tests.unit.cluster import RunningCluster
from tests.unit.cluster import cluster as started

BAG = 32  # trainings
HOST = 2  # jobs at once on a machine of one core: a training, and what a slider asks
SETTINGS = {"MODELS_FOR_ANTS_RESULTS": "off", "MODELS_FOR_ANTS_NICE": "0"}


def cluster() -> None:
    """32 short trainings, each by a reader of its own, on one Dask worker and then on two: seconds, and their ratio."""
    cores = psutil.Process().cpu_affinity()
    with (
        tempfile.TemporaryDirectory() as cache,
        mock.patch.dict(os.environ, SETTINGS | {"MODELS_FOR_ANTS_CACHE": cache}),
        started() as running,
    ):
        pool = Pool(1, scheduler=running.address)
        took = [_bag(pool, running, hosts, cores[hosts - 1]) for hosts in (1, 2)]
        pool.close()
    for hosts, seconds in enumerate(took, 1):
        print(f"{BAG} trainings on {hosts} Dask worker{'s' * (hosts > 1):1}      {seconds:.1f} s")
    print(f"throughput of two ÷ of one         ratio {took[0] / took[1]:.2f}")


def _bag(pool: Pool, running: RunningCluster, hosts: int, core: int) -> float:
    """Seconds the bag takes once one more Dask worker, on a core of its own, is there and warm."""
    running.start_host(HOST, before=("taskset", "-c", str(core)))
    while len(pool._lanes) < HOST * hosts or pool.falls_back:
        time.sleep(0.1)
    _wait([_train(pool, 10_000 * hosts + seed) for seed in range(2 * hosts)])
    began = time.perf_counter()
    _wait([_train(pool, 1_000 * hosts + seed) for seed in range(BAG)])
    return time.perf_counter() - began


def _train(pool: Pool, seed: int) -> Ticket:
    source = Trained(seed=seed, epochs=1)
    return pool.ask(source, vision.training, source, long=True, reader=f"reader {seed}")


def _wait(tickets: list[Ticket]) -> None:
    while not all(ticket.ended for ticket in tickets):
        for ticket in tickets:
            for reader in list(ticket.readers):
                ticket.seen(reader)
        time.sleep(0.01)
    assert all(ticket.result for ticket in tickets), [ticket.error for ticket in tickets]
