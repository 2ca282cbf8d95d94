"""Whether workers start here, and whether ports are free."""

import os
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from lessons.doctor.finding import Finding, judged
from lessons.jobs import machine
from lessons.jobs.pool import Pool
from lessons.serving import metrics

PORT, SETTING = 8501, "STREAMLIT_SERVER_PORT"
SCHEDULER_PORT, SCHEDULER = 8786, "DASK_SCHEDULER_ADDRESS"
PATIENCE = 120.0  # seconds for a worker to start and answer, beside other work
REACHED = 5.0  # seconds for a scheduler to take a connection
WORDS = 1_000  # tokens that a worker is to sort


def findings() -> Iterator[Finding]:
    """A worker that is started and asked, a scheduler of others, and the ports of a server."""
    yield worker()
    yield from scheduler()
    port = os.environ.get(SETTING, str(PORT))
    yield _port("port of the app", "127.0.0.1", int(port) if port.isdigit() else PORT)
    try:
        if where := metrics.address():
            yield _port("port of the metrics", *where)
    except ValueError as error:
        yield Finding("fail", "port of the metrics", str(error), "set it to a port, or to address:port")


def worker() -> Finding:
    """Whether a worker starts, and answers."""
    pool, began = Pool(1), time.monotonic()
    try:
        ticket = pool.ask("doctor", machine.adding_words, WORDS)
        while not ticket.ended and time.monotonic() - began < PATIENCE:
            time.sleep(0.05)
        took = f"started and answered in {time.monotonic() - began:.1f} s"
        found = took if ticket.result else ticket.error or f"no answer in {PATIENCE:.0f} s"
    finally:
        pool.close()
    advice = "the lines of the log above say why; memory may be short (0.9 GB a worker)"
    return judged(bool(ticket.result), "worker", found, advice)


def scheduler() -> Iterator[Finding]:
    """Whether the scheduler that is set takes connections."""
    if not (address := os.environ.get(SCHEDULER)):
        return
    found = urlsplit(address if "//" in address else f"//{address}")
    advice = "start it, or correct its address (docs/cluster.md); until then this server computes by itself"
    try:
        socket.create_connection((found.hostname, found.port or SCHEDULER_PORT), REACHED).close()
    except (OSError, ValueError) as error:
        yield Finding("warn", "scheduler", f"it cannot be reached ({error})", advice)
    else:
        yield Finding("ok", "scheduler", "it takes connections")


def _port(what: str, host: str, port: int) -> Finding:
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        found = f"{port} cannot be had ({os.strerror(error.errno)})"
        return Finding("warn", what, found, "a server may run already; else choose another port")
    return Finding("ok", what, f"{port} is free")
