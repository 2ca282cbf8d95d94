"""The files of `deploy/`, as far as they can be checked without building an image: names, ports and places in them are
those of the code."""

import fnmatch
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from streamlit import config

from lessons import ending
from lessons.doctor.settings import SETTINGS
from lessons.serving import health
from tests.browser.app import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
DOCKERFILE = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
CADDYFILE = (DEPLOY / "Caddyfile").read_text()
UNIT = (DEPLOY / "models-for-ants.service").read_text()
OURS = {name: each for name, each in COMPOSE["services"].items() if each["image"].startswith("models-for-ants")}
OTHERS = {name: each for name, each in COMPOSE["services"].items() if name not in OURS}
TAGGED = re.compile(r"[\w./-]+:\d+(\.\d+)+[\w.-]*")
SET = re.compile(r"\b((?:MODELS_FOR_ANTS|STREAMLIT|DASK)_[A-Z_]+)\s*[=:]")


def instructions(kind: str) -> list[str]:
    return re.findall(rf"^{kind} +(.+)$", DOCKERFILE, re.MULTILINE)


def variables() -> set[str]:
    """What is set in all of the files."""
    return set(SET.findall("\n".join(path.read_text() for path in DEPLOY.iterdir() if path.suffix != ".lock")))


def options() -> set[str]:
    return {option.env_var for option in config._config_options_template.values()}


def test_each_variable_is_read_by_the_app_or_by_streamlit():
    assert variables() - SETTINGS.keys() - options() == set()
    assert len(variables()) > 10


def test_images_of_others_have_a_tag_with_a_version():
    images = [*(each["image"] for each in OTHERS.values()), *(each.split(" AS ")[0] for each in instructions("FROM"))]
    assert [image for image in images if not TAGGED.fullmatch(image)] == []


def test_the_image_has_what_the_app_needs_and_nothing_else_of_this_folder():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    sources = [source for each in instructions("COPY") if "--from" not in each for source in each.split()[:-1]]
    assert all((ROOT / source).exists() and f"!{source}" in ignored for source in sources)
    assert {"app.py", "pages", "lessons", ".streamlit", "deploy/image.lock"} == set(sources)
    assert not any(fnmatch.fnmatch(".git", each.removeprefix("!")) for each in ignored[1:])


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is():
    assert instructions("USER") == ["10001:10001"]
    last = lambda text: DOCKERFILE.rindex(f"\n{text}")
    assert last("USER") < last("CMD")
    (ports,) = instructions("EXPOSE")
    assert ports.split()[0] in re.search(r"STREAMLIT_SERVER_PORT=(\d+)", DOCKERFILE)[1]
    (check,) = instructions("HEALTHCHECK")
    assert f"http://127.0.0.1:8501/{health.ALIVE}'" in check
    assert "--require-hashes" in DOCKERFILE


@pytest.mark.reliability("security", "A service that is deployed can do more than it needs")
def test_a_service_can_write_nowhere_but_where_it_must_and_only_the_proxy_is_reached(tried):
    for name, each in OURS.items():
        assert each["read_only"] and each["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in each["security_opt"] and "ports" not in each
        tried()
    assert [name for name, each in COMPOSE["services"].items() if "ports" in each] == ["proxy"]
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert all("front" not in COMPOSE["services"][name]["networks"] for name in ("database", "scheduler", "worker"))


def test_secrets_are_asked_for_and_stand_in_no_file():
    said = (DEPLOY / "compose.yaml").read_text()
    assert set(re.findall(r"\$\{(\w+)", said)) == {"HOST", "DATABASE_PASSWORD", "COOKIE_SECRET"}
    assert re.search(r"^deploy/\.env$", (ROOT / ".gitignore").read_text(), re.MULTILINE)


def test_services_find_each_other():
    services, volumes = COMPOSE["services"], COMPOSE["volumes"]
    assert all(other in services for each in services.values() for other in each.get("depends_on", ()))
    for name, each in services.items():
        named = [volume.partition(":")[0] for volume in each.get("volumes", ()) if volume[0].isalpha()]
        assert set(named) <= volumes.keys(), name
    app = services["app"]["environment"]
    for text, service in ((app["MODELS_FOR_ANTS_DATABASE"], "database"), (app["DASK_SCHEDULER_ADDRESS"], "scheduler")):
        assert re.search(rf"[/@]{service}\b", text) and set(services[service]["networks"]) & {
            *services["app"]["networks"]
        }
    assert app["DASK_SCHEDULER_ADDRESS"] in services["worker"]["command"]
    assert "127.0.0.1" in app["STREAMLIT_SERVER_ALLOWED_HOSTS"].split(), "else the health check is refused"


def test_the_proxy_keeps_a_browser_at_one_server_and_shows_no_machine_endpoints():
    assert "dynamic a app 8501" in CADDYFILE and "lb_policy cookie" in CADDYFILE
    assert f"/{health.ALIVE} /{health.READY} /_stcore/metrics" in CADDYFILE
    assert CADDYFILE.count("{") == CADDYFILE.count("}")


def test_a_server_has_the_time_that_it_takes_to_end():
    assert int(re.search(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)[1]) > ending.LAST
    assert int(COMPOSE["services"]["app"]["stop_grace_period"].removesuffix("s")) > ending.LAST


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_understands_the_unit_and_finds_it_closed(tmp_path):
    unit = tmp_path / "models-for-ants.service"
    unit.write_text(UNIT.replace("/opt/models-for-ants/.venv/bin/python", shutil.which("python3")))
    found = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert (found.returncode, found.stderr) == (0, "")
    told = subprocess.run(["systemd-analyze", "security", "--offline=true", unit], capture_output=True, text=True)
    level = re.search(r"exposure level for \S+: ([\d.]+)", told.stdout)
    assert float(level[1]) < 2


def test_the_lock_of_the_image_has_all_that_is_wanted_with_hashes():
    lock = (DEPLOY / "image.lock").read_text()
    entries = re.findall(r"^([\w.-]+)==(\S+)[^\n]*\\\n    --hash=sha256:", lock, re.MULTILINE)
    assert len(entries) == len(re.findall(r"^\w", lock, re.MULTILINE)) > 60
    for path in (ROOT / "requirements.txt", DEPLOY / "image.txt"):
        for line in path.read_text().splitlines():
            if line[:1].isalpha():
                wanted = Requirement(line)
                assert any(wanted.specifier.contains(found) for name, found in entries if name == wanted.name), line


def test_every_file_is_looked_at_here():
    assert {path.name for path in Path(DEPLOY).iterdir() if path.name != ".env"} == {
        *("Caddyfile", "Dockerfile", "compose.yaml", "image.lock", "image.txt", "models-for-ants.service")
    }
