"""What is deployed is locked with the hash of every file, and each package's licence is listed."""

import re
from importlib import metadata

import pytest

from tests import audit, lock

TEXT = lock.LOCK.read_text(encoding="utf-8")
WANTED = lock.WANTED.read_text(encoding="utf-8")
HASH = f"\n    --hash=sha256:{64 * '0'}\n"
ALTAIR = next(each for each in lock.entries(TEXT) if each.name == "altair")


def test_all_that_is_wanted_is_locked_and_all_that_it_needs_in_turn():
    locked = lock.entries(TEXT)
    assert lock.complaints(WANTED, locked) == []
    same = [each for each in locked if each.here and _installed(each.name) == each.version]
    assert len(same) > 30, "hardly any package is installed here as it is locked: `make setup-dev`"


def test_every_entry_has_the_hashes_of_its_files():
    assert all(each.hashes for each in lock.entries(TEXT))
    assert {each.count("sha256:") for entry in lock.entries(TEXT) for each in entry.hashes} == {1}


@pytest.mark.reliability("security", "A locked package without a hash, from another place, or not locked at all")
@pytest.mark.parametrize(
    "line",
    ["altair==6.3.0\n", "altair>=6 \\" + HASH, "--index-url https://example.org/simple\n", "-e .\n", "# https://example.org\n"],
)  # fmt: skip
def test_what_could_bring_another_file_is_no_lock(tried, line):
    with pytest.raises(ValueError, match="no entry with hashes"):
        lock.entries(TEXT + line)
    tried()


@pytest.mark.parametrize(
    ("wanted", "locked", "said"),
    [
        ("altair~=7.0", [ALTAIR], "requirements.txt needs altair~=7.0, and 6.3.0 is locked"),
        ("segno~=1.6.6  # why", [ALTAIR], "requirements.txt needs segno~=1.6.6, and none is locked"),
        ("altair~=6.3", [ALTAIR], "altair needs narwhals"),
    ],
)
def test_what_is_missing_is_said(wanted, locked, said):
    assert any(each.startswith(said) for each in lock.complaints(wanted, locked))


def test_the_licence_of_each_package_is_listed():
    page = lock.LICENCES.read_text(encoding="utf-8")
    assert page == lock.as_page(lock.licences(lock.entries(TEXT), page)), "`python -m tests.lock` writes it"
    assert not re.search(r"\| *\|\n|None|unknown", page)


def test_a_package_without_a_licence_is_no_silent_gap():
    with pytest.raises(LookupError):
        lock.licences([ALTAIR._replace(name="no-such-package")], "")


def found(*packages: dict) -> audit.Audit:
    return audit.read({"dependencies": list(packages)})


GOOD = {"name": "good", "version": "1", "vulns": []}
BAD = {"name": "bad", "version": "2", "vulns": [{"id": "CVE-1"}, {"id": "CVE-2"}]}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}


def test_an_audit_fails_for_a_vulnerability_and_says_what_was_not_looked_up(monkeypatch, capsys):
    monkeypatch.setattr(audit, "audit", lambda: found(GOOD, BAD, UNKNOWN))
    assert audit.main() == 1
    assert "bad 2: CVE-1, CVE-2" in capsys.readouterr().out
    assert found(GOOD, UNKNOWN).words == "No known vulnerability in 1 locked packages. NOT AUDITED: unknown."


@pytest.mark.parametrize("said", [found(UNKNOWN), audit.Audit({}, 0, [])])
def test_where_nothing_could_be_looked_up_that_is_said(said):
    assert said.words.startswith("NOT AUDITED")


def test_where_pip_audit_fails_nothing_is_called_audited(monkeypatch):
    monkeypatch.setattr(audit, "COMMAND", ("-c", "print('a connection error')"))
    assert audit.audit() == audit.Audit({}, 0, [])


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
