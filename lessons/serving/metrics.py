"""What a server tells Prometheus, on a port of its own, where MODELS_FOR_ANTS_METRICS names one: `127.0.0.1:9101`, or
`9101`, which is the same. All is looked up when it is asked for; no page and no job waits for it.
"""

import logging
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from wsgiref.simple_server import WSGIServer

import psutil
from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from streamlit.runtime import Runtime

from lessons import counted
from lessons.classroom.tables import CLASSROOMS, MEMBERS, TABLES
from lessons.database import NoDatabase, transaction
from lessons.jobs.pool import Pool, pool, resident
from lessons.live.hub import HUB
from lessons.serving import health

SETTING = "MODELS_FOR_ANTS_METRICS"
LOOPBACK = "127.0.0.1"
ADDRESS = re.compile(r"(?:(?P<host>[\w.-]+|\[[\w:]+\]):)?(?P<port>\d{1,5})", re.ASCII)
PREFIX = "models_for_ants"
log = logging.getLogger(__name__)


class Address(NamedTuple):
    host: str
    port: int


def address() -> Address | None:
    """Where to listen; None where nothing is set. Raises ValueError for what is no address."""
    if not (setting := os.environ.get(SETTING)):
        return None
    found = ADDRESS.fullmatch(setting.strip())
    if not found or not 0 < int(found["port"]) < 2**16:
        raise ValueError(f"{SETTING} is not like 127.0.0.1:9101")
    return Address((found["host"] or LOOPBACK).strip("[]"), int(found["port"]))


def serve() -> WSGIServer | None:
    """Serve the metrics, if that is set; None, and a line in the log, where the port cannot be had: pages need no
    metrics."""
    try:
        if (where := address()) is None:
            return None
        server, _ = start_http_server(where.port, where.host, registry())
    except (OSError, ValueError) as error:
        log.error("metrics are not served: %s", error)
        return None
    log.info("metrics are served at http://%s:%d/metrics", *where)
    return server


def registry() -> CollectorRegistry:
    """All that is collected: memory, handles and processor time of the server, as usual, and what follows below."""
    found = CollectorRegistry()
    ProcessCollector(registry=found)
    found.register(Everything())
    return found


class Everything(Collector):
    """Looks everything up anew."""

    def collect(self) -> Iterator[Metric]:
        yield _gauge("sessions", "Browser sessions that are connected", _sessions())
        yield _load({"workers": pool(), "resident": resident()})
        yield _gauge("workers", "Worker processes that run", len(_processes()))
        yield _gauge("workers_resident_memory_bytes", "Memory of all worker processes", sum(map(_bytes, _processes())))
        yield from _of_classes()
        yield from _counted(counted.so_far())


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{PREFIX}_{name}", what, value=value)


def _sessions() -> int:
    return Runtime.instance()._session_mgr.num_active_sessions() if Runtime.exists() else 0


def _processes() -> list[int]:
    return [*pool().processes(), *resident().processes()]


def _bytes(process: int) -> int:
    try:
        return psutil.Process(process).memory_info().rss
    except psutil.Error:  # it has just ended
        return 0


def _load(pools: dict[str, Pool]) -> Metric:
    labels = ("pool", "state", "kind")
    found = GaugeMetricFamily(f"{PREFIX}_jobs", "Jobs that wait for a worker or run", labels=labels)
    for name, each in pools.items():
        load = each.load()
        for state in ("waiting", "running"):
            for kind in ("short", "long", "background"):
                found.add_metric((name, state, kind), load[state, kind])
    return found


def _of_classes() -> Iterator[Metric]:
    yield _gauge("class_connections", "Browsers that look at a class on this server", HUB.connections)
    yield _gauge("database_up", "Whether the database can be used", health.database_answers())
    try:
        with transaction(TABLES, reads=True) as connection:
            classes, members = (
                connection.scalar(select(func.count()).select_from(table)) for table in (CLASSROOMS, MEMBERS)
            )
    except NoDatabase:
        return  # `database_up` says so
    yield _gauge("classes", "Classes in the database", classes)
    yield _gauge("class_members", "Members of all classes", members)


def _counted(counts: dict[counted.Counted, float]) -> Iterator[Metric]:
    yield _job_times(counts)
    yield _counter("failed_jobs", "Jobs that failed, by their function", "job", _kinds(counts, counted.FAILED))
    refused = counts.get((counted.REFUSED,), 0)
    yield CounterMetricFamily(
        f"{PREFIX}_refused_files", "Files of readers that were refused, before they came or for what they hold",
        value=refused,
    )  # fmt: skip
    restarts = counts.get((counted.RESTARTS,), 0)
    yield CounterMetricFamily(f"{PREFIX}_worker_restarts", "Workers that took the place of another", value=restarts)
    for name, what in (("kept_weights", counted.KEPT), ("kept_answers", counted.ANSWERS)):
        kept = {counted.HIT: 0.0, counted.MISS: 0.0} | _kinds(counts, what)
        yield _counter(name, f"Looks for {what}, by what they found", "found", kept)


def _counter(name: str, what: str, label: str, counts: dict[str, float]) -> Metric:
    found = CounterMetricFamily(f"{PREFIX}_{name}", what, labels=(label,))
    for kind, count in counts.items():
        found.add_metric((kind,), count)
    return found


def _kinds(counts: dict[counted.Counted, float], what: str) -> dict[str, float]:
    return {key[1]: count for key, count in counts.items() if key[0] == what}


def _job_times(counts: dict[counted.Counted, float]) -> Metric:
    found = HistogramMetricFamily(
        f"{PREFIX}_job_seconds", "Processor time of jobs that ended, by their function", labels=("job",)
    )
    jobs: dict[str, dict[float, float]] = defaultdict(dict)
    for key, count in counts.items():
        if key[0] == counted.JOBS:
            jobs[key[1]][key[2]] = count
    for name, ended in jobs.items():
        found.add_metric((name,), list(_cumulative(ended)), counts[counted.SECONDS, name])
    return found


def _cumulative(ended: dict[float, float]) -> Iterable[tuple[str, float]]:
    """The buckets of a histogram: how many took at most so long."""
    total = 0.0
    for bound in counted.BOUNDS:
        total += ended.get(bound, 0.0)
        yield "+Inf" if bound == counted.BOUNDS[-1] else str(bound), total
