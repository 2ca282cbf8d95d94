"""Classes on a real server: many phones in one, and a server that is killed in the middle."""

import asyncio
from contextlib import AsyncExitStack

from lessons.classroom import student
from lessons.classroom.after_class import posts
from lessons.database import SETTING
from lessons.experiment import Quantize, shipped
from tests.browser.app import free_port, started
from tests.browser.classmate import Classmate, looking
from tests.browser.visitor import visit

PHONES = 12
OPTIONS = ["3", "4", "5"]


def test_a_class_votes_and_sees_nothing_until_it_is_revealed(address):
    visit(a_class(address))


async def a_class(address: str) -> None:
    async with AsyncExitStack() as there:
        join = lambda number: there.enter_async_context(looking(address, "join", code=desk.code, nickname=f"{number}"))
        desk = await there.enter_async_context(looking(address, "open", name="7b"))
        phones = await asyncio.gather(*map(join, range(PHONES)))
        number = await ask(desk)
        for at, phone in enumerate(phones):
            await phone.until(lambda state: state["question"])
            await phone.tell("vote", question=number, option=OPTIONS[at % 3])
        for phone in phones:
            await phone.until(lambda state: state["vote"] and state["question"]["answered"] == PHONES)
            assert "counts" not in phone.state["question"]
        await desk.tell("reveal", answer="4")
        for phone in phones:
            await phone.until(lambda state: state["question"].get("counts") == [4, 4, 4])
        assert [each.errors for each in (desk, *phones)] == [[]] * (1 + PHONES)


def test_a_server_that_is_killed_has_the_class_when_it_is_back_and_phones_come_back_by_themselves(
    tmp_path, monkeypatch
):
    settings = {"MODELS_FOR_ANTS_CACHE": str(tmp_path), SETTING: f"sqlite:///{tmp_path}/class.sqlite"}
    monkeypatch.setenv(SETTING, settings[SETTING])  # where this process posts a run
    visit(killed(free_port(), settings))


async def killed(port: int, settings: dict[str, str]) -> None:
    async with AsyncExitStack() as there:
        with started(port=port, **settings) as (address, server):
            desk = await there.enter_async_context(looking(address, "open", name="7b"))
            phone = await there.enter_async_context(looking(address, "join", code=desk.code, nickname="Ada"))
            number = await ask(desk)
            await phone.until(lambda state: state["question"])
            await phone.tell("vote", question=number, option="4")
            await phone.until(lambda state: state["vote"])
            token = phone.cookie.partition("=")[2]
            student.post(phone.code, token, "smallest file", shipped() | Quantize(4), {"accuracy": 88.0})
            server.kill()
        desk.state = phone.state = None
        with started(port=port, **settings):
            await phone.until(lambda state: (state["vote"], state["posts"]) == ("4", 1))
            await desk.until(lambda state: state["question"]["answered"] == 1)
            await desk.tell("reveal", answer="4")
            await phone.until(lambda state: state["question"].get("counts") == [0, 1, 0])
            assert posts(phone.code, "smallest file")[0]["nickname"] == "Ada"


async def ask(desk: Classmate) -> int:
    """The number of a question that the teacher asks."""
    await desk.tell("ask", lesson="quantization", options=OPTIONS)
    await desk.until(lambda state: state["question"])
    return desk.state["question"]["number"]
