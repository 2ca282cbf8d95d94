"""Each state of the talk that ships has a picture of what it shows now; a server gives these away and nothing else."""

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from lessons import talk_pictures
from lessons.talk import FOLDER, State, shipped
from lessons.ui.state.talks import find

MOST = 600_000  # bytes of all pictures
STATES = [state for name in shipped() for state in find(name).states]


def test_every_state_has_a_picture_and_none_is_old():
    """Otherwise: python -m lessons talk pictures 37c3, and delete those that no state has."""
    assert {path.name for path in talk_pictures.PICTURES.iterdir()} == {state.picture.name for state in STATES}


def test_pictures_are_small():
    files = [*talk_pictures.PICTURES.iterdir()]
    assert sum(file.stat().st_size for file in files) <= MOST
    assert {Image.open(file).size for file in files} == {(640, 360)}


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[talk_pictures.route()]))


def test_a_picture_is_given_where_its_state_says(client):
    found = client.get(f"/{talk_pictures.address(STATES[0])}")
    assert found.content == STATES[0].picture.read_bytes()
    assert found.headers["content-type"] == "image/webp"
    assert talk_pictures.address(State("home", "None", "Words.", 30, {"home_bits": "13"})) is None


@pytest.mark.parametrize("name", ["another.webp", "..%2F37c3.yaml", "%2E%2E/37c3.yaml", ""])
def test_nothing_else_is_given(client, name):
    assert (FOLDER / "37c3.yaml").exists()
    assert client.get(f"/{talk_pictures.PLACE}/{name}").status_code == 404
