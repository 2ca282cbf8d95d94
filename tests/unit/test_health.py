"""What a server says of itself to machines that look after it."""

from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from lessons import share
from lessons.database import SETTING
from lessons.serving import health

ALL = ("workers", "database", "files", "pages")


@pytest.fixture
def lacks(tmp_path, monkeypatch) -> set[str]:
    """What the server lacks; a test adds to it."""
    lacks: set[str] = set()
    monkeypatch.setattr(health, "pool", lambda: SimpleNamespace(ready="workers" not in lacks))
    monkeypatch.setattr(health.store, "where", lambda: None if "files" in lacks else "disk")
    monkeypatch.setattr(health, "IMPORTED", SimpleNamespace(is_set=lambda: "pages" not in lacks))
    monkeypatch.setenv(SETTING, f"sqlite:///{tmp_path}/class.sqlite")
    health._known_since.cache_clear()
    return lacks


def asked(path: str):
    return TestClient(Starlette(routes=health.routes())).get(path)


def test_it_is_ready_where_it_lacks_nothing(lacks):
    answer = asked("/readyz")
    assert answer.status_code == 200 and answer.json() == dict.fromkeys(("ready", *ALL), True)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("lacking", ALL)
@pytest.mark.reliability("faults", "A server lacks what it needs, and is asked whether it is ready")
def test_it_says_what_it_lacks_and_nothing_of_this_machine(lacking, lacks, monkeypatch, tried):
    lacks.add(lacking)
    if lacking == "database":
        monkeypatch.setenv(SETTING, "postgresql+psycopg://ants:secret@127.0.0.1:1/ants")
    answer = asked("/readyz")
    assert answer.status_code == 503
    assert answer.json() == dict.fromkeys(ALL, True) | {"ready": False, lacking: False}
    assert asked("/healthz").json() == {"alive": True}
    tried()


def test_below_another_address_it_answers_there(monkeypatch):
    monkeypatch.setattr("lessons.serving.hosts.st.get_option", lambda name: "ants/")
    assert asked("/ants/healthz").status_code == 200 and asked("/healthz").status_code == 404
    assert share.is_page("/ants/") and share.is_page("/ants/quantization") and not share.is_page("/ants/metrics")


@pytest.mark.parametrize("path", ["/metrics", "/health", "/healthz/", "/livez", "/nothing", "/a/quantization"])
def test_where_there_is_no_page_there_is_none(path):
    assert not share.is_page(path)


@pytest.mark.parametrize("path", ["/", "", "/index.html", "/quantization", "/quantization/", "/class"])
def test_where_there_is_one_there_is(path):
    assert share.is_page(path)
