"""Who may name files of the server's machine: who sits at it, and nobody by saying so."""

import json
import os
import subprocess
import sys

import pytest

from lessons.text import sections
from tests.browser.app import PATIENCE, ROOT
from tests.browser.elsewhere import ADDRESS, ALONE, FORGED, SETS_UP, WAYS
from tests.browser.visitor import Visitor, visit, visiting

WORDS = sections("language-model")
FILE = "language-model?language_part=inside&language_model=a+file"


@pytest.mark.reliability("security", "Somebody who does not sit at the machine names a file of it")
def test_a_server_that_listens_to_the_network_opens_no_file_of_its_own(tmp_path, tried):
    """Neither for who sits here, nor for who comes by another address, whatever they say of themselves."""
    if subprocess.run([*ALONE, SETS_UP], capture_output=True).returncode:
        pytest.skip("no network namespace can be made here")
    asks = f"{SETS_UP} && exec {sys.executable} -m tests.browser.elsewhere {tmp_path}"
    environment = os.environ | {"MODELS_FOR_ANTS_CACHE": str(tmp_path)}
    said = subprocess.run(
        [*ALONE, asks], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    found = json.loads(said.stdout)
    assert {(host, reached) for host, reached, _, _ in found} == set(WAYS)
    assert any(host == ADDRESS or reached == ADDRESS for host, reached, _, _ in found)
    for *way, let_in in found:
        assert not let_in, way
        tried()


@pytest.mark.reliability("security", "A proxy's header stands beside the name of this machine")
@pytest.mark.parametrize("header", [None, "X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_at_a_server_for_this_machine_alone_headers_only_take_it_away(address, tried, header):
    async def asks() -> None:
        async with visiting(address, FILE, **({header: FORGED[header]} if header else {})) as visitor:
            assert has_field(visitor) == (header is None)
            tried()

    visit(asks())


def has_field(visitor: Visitor) -> bool:
    """Whether a visitor is shown the field for a path, in place of why not."""
    field = any(shown.kind == "text_input" and shown.element.label == WORDS["path"] for shown in visitor.shown.values())
    refused = any("Only a user on localhost can open local files" in text for text in visitor.texts)
    assert field != refused
    return field
