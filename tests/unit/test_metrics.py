"""What Prometheus is told: what there is, read as Prometheus reads it."""

import socket
import urllib.request
from collections import Counter
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families as families

from lessons import counted
from lessons.classroom.opening import join, open_classroom
from lessons.database import SETTING as DATABASE
from lessons.jobs.messages import Ended, Job
from lessons.jobs.pool import Pool
from lessons.jobs.ticket import Ticket
from lessons.serving import metrics
from tests.browser.app import free_port
from tests.unit import jobs


@pytest.fixture(autouse=True)
def server(tmp_path, monkeypatch):
    """A server with some work, a class, and nothing counted."""
    load = Counter({("waiting", "long"): 3, ("running", "short"): 1})
    busy = SimpleNamespace(load=lambda: load, processes=lambda: [2**30])  # a process that has just ended
    idle = SimpleNamespace(load=Counter, processes=list)
    monkeypatch.setattr(metrics, "pool", lambda: busy)
    monkeypatch.setattr(metrics, "resident", lambda: idle)
    monkeypatch.setenv(DATABASE, f"sqlite:///{tmp_path}/class.sqlite")
    counted.handed_on()


def told() -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels, in the order of their names, as it is served."""
    with metrics.serve() as serving:
        port = serving.server_port
        text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20).read().decode()
        serving.shutdown()
    samples = (sample for family in families(text) for sample in family.samples)
    return {
        (each.name.removeprefix("models_for_ants_"), *(each.labels[name] for name in sorted(each.labels))): each.value
        for each in samples
    }


def ended(function, seconds: float, error: str | None = None, refused: bool = False) -> None:
    pool = Pool(0)
    ticket = Ticket(Job(0, function, (), kept_as="a name"), False, False, None, pool)
    pool.found(ticket, "a name", None)
    pool.end(ticket, Ended(error, "", seconds, {(counted.KEPT, counted.HIT): 2}, refused))


def test_it_tells_what_waits_what_ended_and_what_is_kept(monkeypatch):
    monkeypatch.setenv(metrics.SETTING, str(free_port()))
    key = open_classroom("7b")
    join(key.code, "Ada")
    for seconds in (0.02, 0.02, 5.0):
        ended(jobs.counting, seconds)
    ended(jobs.counting, 0.02, "no record", refused=True)
    ended(jobs.failing, 0.1, "a fault")
    counted.count(counted.RESTARTS)
    counted.count(counted.REFUSED)
    found = told()
    assert found["jobs", "long", "workers", "waiting"] == 3 and found["jobs", "short", "workers", "running"] == 1
    name = "tests.unit.jobs.counting"
    assert [found["job_seconds_bucket", name, bound] for bound in ("0.01", "0.03", "3.0", "10.0", "+Inf")] == [
        *(0, 3, 3, 4, 4)
    ]
    assert found["job_seconds_sum", name] == pytest.approx(5.06) and found["job_seconds_count", name] == 4
    assert found["failed_jobs_total", "tests.unit.jobs.failing"] == 1 and found["refused_files_total",] == 1
    assert ("failed_jobs_total", name) not in found  # a refusal is no failure
    assert found["kept_weights_total", "hit"] == 10 and found["kept_answers_total", "miss"] == 5
    assert found["worker_restarts_total",] == 1
    assert found["classes",] == found["class_members",] == found["database_up",] == 1
    assert found["sessions",] == found["class_connections",] == 0
    assert found["process_resident_memory_bytes",] > 2**20


def test_where_there_is_no_database_it_says_so_and_the_rest(monkeypatch):
    monkeypatch.setenv(metrics.SETTING, f"127.0.0.1:{free_port()}")
    monkeypatch.setenv(DATABASE, "sqlite:////proc/ants/class.sqlite")
    found = told()
    assert found["database_up",] == 0 and ("classes",) not in found and ("workers",) in found


@pytest.mark.parametrize(
    ("setting", "where"),
    [
        ("9101", ("127.0.0.1", 9101)),
        ("0.0.0.0:9101", ("0.0.0.0", 9101)),
        ("[::1]:9101", ("::1", 9101)),
        ("", None),
    ],
)
def test_it_listens_to_this_machine_alone_unless_it_is_told_otherwise(setting, where, monkeypatch):
    monkeypatch.setenv(metrics.SETTING, setting)
    assert metrics.address() == where


@pytest.mark.parametrize("setting", ["here", "70000", "host:", "0", "1.2.3.4:5:6"])
def test_what_is_no_address_is_said_and_stops_nothing(setting, monkeypatch, caplog):
    monkeypatch.setenv(metrics.SETTING, setting)
    assert metrics.serve() is None and metrics.SETTING in caplog.text


@pytest.mark.reliability("faults", "The port of the metrics is taken")
def test_nor_does_a_port_that_is_taken(monkeypatch, caplog, tried):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv(metrics.SETTING, str(taken.getsockname()[1]))
        assert metrics.serve() is None and "metrics are not served" in caplog.text
    tried()
