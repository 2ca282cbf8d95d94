"""The doctor: a line each, with what to do; and a bundle that names nobody."""

import os
import re
import socket
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from lessons import store
from lessons.__main__ import main
from lessons.classroom.opening import join, open_classroom
from lessons.doctor import bundle, command, kept, machine, running, self_test, settings
from lessons.doctor.finding import Finding, judged
from lessons.serving import lifespan
from tests.browser.app import ROOT, free_port

NAMED = re.compile(r"\b(?:MODELS_FOR_ANTS_[A-Z_]+|DASK_SCHEDULER_ADDRESS)\b")


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """A user with a name, a home and a cache."""
    home = tmp_path / "gracehopper"
    home.mkdir()
    for name in settings.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": str(home), "USER": "gracehopper", "LOGNAME": "gracehopper"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(socket, "gethostname", lambda: "machine-of-grace")
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(home / "cache"))
    return home


def levels(findings) -> dict[str, str]:
    return {each.what: each.level for each in findings}


def test_a_finding_that_is_well_gives_no_advice():
    assert str(judged(True, "cores", "2", "buy some")) == "ok    cores: 2"
    assert str(judged(False, "cores", "1", "buy some", "warn")) == "warn  cores: 1 → buy some"


def test_a_package_that_is_missing_or_of_another_version_is_said(tmp_path):
    (tmp_path / "wanted.txt").write_text("# what is needed\nnumpy~=2.4\npillow~=1.0\nno-such-package==1\n")
    found = levels(machine.packages(tmp_path / "wanted.txt"))
    assert found == {"pillow": "warn", "no-such-package": "fail", "packages": "ok"}


def test_this_machine_is_one_that_can_serve():
    assert "fail" not in levels(machine.findings()).values()


def test_a_setting_that_is_misspelt_is_said_and_private_values_are_not(monkeypatch, here):
    monkeypatch.setenv("MODELS_FOR_ANTS_WORKER", "2")
    monkeypatch.setenv("MODELS_FOR_ANTS_NICE", "7")
    monkeypatch.setenv("MODELS_FOR_ANTS_DATABASE", "postgresql://ants:secret@db/ants")
    said = "\n".join(map(str, settings.findings()))
    assert "MODELS_FOR_ANTS_NICE=7" in said and "MODELS_FOR_ANTS_WORKER is not a setting" in said
    assert "secret" not in said and "gracehopper" not in said


@pytest.mark.reliability("faults", "A number among the settings is none: the doctor and a server that starts say which")
def test_a_number_that_is_none_is_said(monkeypatch, here, tried, caplog):
    for value in ("abc", "4GB", "-1", "", "²"):
        monkeypatch.setenv("MODELS_FOR_ANTS_WORKERS", value)
        (found,) = settings.mistakes()
        assert found.level == "fail" and found.fact == "MODELS_FOR_ANTS_WORKERS is no whole number from 1"
        tried()
    monkeypatch.setenv("MODELS_FOR_ANTS_WORKERS", "0")
    assert levels(settings.mistakes()) == {"settings": "fail"}
    with pytest.raises(ValueError):
        lifespan.must_be_set_rightly()
    assert "MODELS_FOR_ANTS_WORKERS is no whole number" in caplog.text
    monkeypatch.setenv("MODELS_FOR_ANTS_WORKERS", "3")
    assert not list(settings.mistakes())
    lifespan.must_be_set_rightly()


def test_the_settings_are_those_that_the_code_reads_and_the_docs_explain():
    code = "".join(path.read_text() for path in (ROOT / "lessons").rglob("*.py") if path.parent.name != "doctor")
    explained = (ROOT / "docs" / "server.md").read_text()
    assert set(NAMED.findall(code)) == settings.SETTINGS.keys()
    assert {name for name in settings.SETTINGS if f"| `{name}` |" not in explained} == set()


@pytest.mark.reliability("faults", "A kept file is damaged, and the database cannot be used: the doctor says so")
def test_what_is_damaged_or_cannot_be_used_is_said(here, monkeypatch, tried):
    for name in ("whole", "damaged"):
        store.save(name, {"weight": np.ones(9, np.float32)})
    path = store.folder() / "damaged.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    found = {each.what: each for each in kept.findings()}
    assert found["weights"][:3] == ("warn", "weights", "1 damaged of 2 read, 2 in all")
    assert found["kept weights"].fact.startswith("2 files") and found["database"].level == "ok"
    monkeypatch.setenv("MODELS_FOR_ANTS_DATABASE", "sqlite:////proc/ants/class.sqlite")
    assert levels(kept.findings())["database"] == "fail"
    monkeypatch.setenv("MODELS_FOR_ANTS_DATABASE", f"sqlite:///{here}/damaged.sqlite")
    (here / "damaged.sqlite").write_bytes(b"no database" * 99)
    database = next(each for each in kept.findings() if each.what == "database")
    assert database.level == "fail" and database.advice == kept.FILE_ADVICE
    tried(3)


def test_results_that_servers_cannot_share_are_said(here, monkeypatch):
    for address, level in ((str(here / "shared"), "ok"), ("no-such-protocol://ants", "warn")):
        monkeypatch.setenv("MODELS_FOR_ANTS_RESULTS", address)
        assert levels(kept.findings())["shared results"] == level


def test_a_scheduler_that_is_out_of_reach_is_said(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as scheduler:
        monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", f"tcp://127.0.0.1:{scheduler.getsockname()[1]}")
        assert levels(running.scheduler()) == {"scheduler": "ok"}
    for address in (os.environ["DASK_SCHEDULER_ADDRESS"], "10.0.0.5:what", "tcp://"):
        monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", address)
        assert levels(running.scheduler()) == {"scheduler": "warn"}


def test_a_port_that_is_taken_is_said(monkeypatch):
    monkeypatch.setattr(running, "worker", lambda: Finding("ok", "worker", "started"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv(running.SETTING, str(taken.getsockname()[1]))
        monkeypatch.setenv("MODELS_FOR_ANTS_METRICS", str(free_port()))
        found = levels(running.findings())
    assert found == {"worker": "ok", "port of the app": "warn", "port of the metrics": "ok"}


def test_a_worker_that_gives_no_answer_is_said(monkeypatch):
    dead = SimpleNamespace(ended=True, result=None, error="it died")
    monkeypatch.setattr(running, "Pool", lambda count: SimpleNamespace(ask=lambda *_: dead, close=lambda: None))
    assert running.worker()[:3] == ("fail", "worker", "it died")


def test_the_self_test_finds_what_is_known_and_says_where_it_does_not(monkeypatch):
    assert set(levels(self_test.findings()).values()) == {"ok"}
    monkeypatch.setattr(self_test, "build", SimpleNamespace(**vars(self_test.build)))
    monkeypatch.setattr(self_test.build, "training", lambda _: [(SimpleNamespace(loss=3.0), None)])
    monkeypatch.setattr(self_test, "BYTES", 1)
    monkeypatch.setattr(self_test, "ACCURACY", 50.0)
    monkeypatch.setattr(self_test, "unpack", lambda _: {})
    assert set(levels(self_test.findings()).values()) == {"fail"}


def test_the_command_says_all_and_fails_where_something_failed(monkeypatch, capsys):
    well = lambda: iter([Finding("ok", "one", "good"), Finding("warn", "two", "odd", "look")])
    monkeypatch.setattr(command, "LOOKS", (well,))
    assert main(["doctor"]) == 0
    broken = lambda: 1 / 0
    broken.__module__ = "lessons.doctor.broken"
    monkeypatch.setattr(command, "LOOKS", (broken, well))
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[-3].startswith("fail  broken: ZeroDivisionError") and said[-1] == "warn  two: odd → look"


@pytest.mark.reliability("security", "A report of an operator is to be sent: it names no person, place or secret")
def test_the_bundle_names_nobody(here, monkeypatch, tried, capsys):
    monkeypatch.setenv("MODELS_FOR_ANTS_RESULTS", "s3://bucket-of-grace/results")
    key = open_classroom("Class 7b")
    member = join(key.code, "Ada Lovelace")
    secrets = (str(here), "gracehopper", "machine-of-grace", "bucket-of-grace", "10.1.2.3", "swordfish")
    told = Finding("fail", "x", f"by {' and '.join(secrets)}, postgresql://ants:swordfish@10.1.2.3/ants, /srv/grace/x")
    monkeypatch.setattr(command, "LOOKS", (settings.findings, kept.findings, machine.findings, lambda: iter([told])))
    told = told._replace(fact=told.fact.replace(" and swordfish", ""))
    assert main(["doctor", "--bundle", str(here / "report.zip")]) == 1
    with zipfile.ZipFile(here / "report.zip") as archive:
        text = "\n".join(archive.read(name).decode() for name in archive.namelist())
    everything = (*secrets, "Ada Lovelace", "7b", key.token, member.token, key.code, str(ROOT), "/srv", "grace")
    assert [each for each in everything if each in text] == []
    assert "torch" in text and "fail  x: by" in text and bundle.HIDDEN in text
    tried(len(everything))
