"""Classes on a real server: many phones in one, and a server that is killed in the middle."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager

from playwright.sync_api import Browser, Page

from lessons.classroom import student
from lessons.classroom.nickname import LONGEST
from lessons.database import SETTING
from lessons.experiment import Quantize, shipped
from tests.browser.access import must_let_everybody_in
from tests.browser.app import free_port, started
from tests.browser.classmate import Classmate, looking, posted
from tests.browser.conftest import WATCH
from tests.browser.reader import DESK, PATIENCE, at, close, move, settle
from tests.browser.screens import PHONE, STAGE, must_fill_a_stage, must_fit_a_phone
from tests.browser.visitor import visit
from tests.unit.classes import posts

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
            await desk.tell("begin", kind="board", threshold=85)
            await phone.until(lambda state: state["question"] and state["activity"])
            board = phone.state["activity"]
            await phone.tell("vote", question=number, option="4")
            await phone.until(lambda state: state["vote"])
            token = phone.cookie.partition("=")[2]
            numbers = {"accuracy": 88.0, "bytes": 26_000.0}
            student.post(phone.code, token, board, shipped() | Quantize(4), numbers)
            server.kill()
        desk.state = phone.state = None
        with started(port=port, **settings):
            await phone.until(lambda state: (state["vote"], state["posts"]) == ("4", 1))
            await desk.until(lambda state: state["question"]["answered"] == 1)
            await desk.tell("reveal", answer="4")
            await phone.until(lambda state: state["question"].get("counts") == [0, 1, 0])
            assert posts(phone.code, board)[0]["nickname"] == "Ada"
            await phone.until(lambda state: (state["activity"], len(phone.runs)) == (board, 1))


async def ask(desk: Classmate) -> int:
    """The number of a question that the teacher asks."""
    await desk.tell("ask", lesson="quantization", options=OPTIONS)
    await desk.until(lambda state: state["question"])
    return desk.state["question"]["number"]


LESSON = "What a model is, and what it costs"  # whose answer is measured at once
HOSTILE = "<img src=x onerror=alert()>"


def test_two_phones_and_a_teacher_predict_together(address, browser):
    with ExitStack() as there:
        board = there.enter_context(reading(browser, address))
        board.goto("/class")
        board.get_by_label("Name of the class").fill("7b")
        board.get_by_role("button", name="Open a class").click()
        code = board.locator(".code").inner_text()
        phones = [there.enter_context(reading(browser, address, viewport=PHONE)) for _ in range(2)]
        for phone, nickname in zip(phones, ("Ada", HOSTILE), strict=True):
            phone.goto(f"/class?code={code.lower().replace(' ', '-')}")
            phone.get_by_label("Nickname").evaluate("input => input.removeAttribute('maxlength')")
            phone.get_by_label("Nickname").fill(nickname)
            phone.get_by_role("button", name="Join a class").click()
            phone.get_by_text(f"You are {nickname[:LONGEST]}").wait_for()
        board.get_by_label("Question of the lesson").select_option(LESSON)
        board.get_by_role("button", name="Ask the class").click()
        for phone, answer in zip(phones, ("conv2", "fc"), strict=True):
            phone.get_by_role("button", name=answer, exact=True).click()
            phone.locator(f"[aria-pressed=true] >> text={answer}").wait_for()
            assert phone.locator(".bars").count() == board.locator(".bars").count() == 0
        must_let_everybody_in(phones[0], "dark")
        board.get_by_role("button", name="Reveal").click()
        for phone in phones:
            phone.locator(".bars").wait_for()
            assert phone.locator(".bars .count").all_inner_texts() == list("0101")
        board.goto("/network?guess=skip")  # where the teacher's page measures the answer
        phones[0].get_by_text("measured · your answer").wait_for()
        must_fit_a_phone(phones[0])
        board.go_back()
        must_let_everybody_in(board, "light")
        board.get_by_role("button", name=f"Remove {HOSTILE[:LONGEST]}").click()
        phones[1].get_by_text("Your teacher has removed you").wait_for()


@contextmanager
def reading(browser: Browser, address: str, *keys: str, **settings) -> Iterator[Page]:
    """The page of a reader with cookies of their own, the `keys` to classes among them, which no exception ever
    reaches."""
    context = browser.new_context(base_url=address, **settings)
    for name, _, token in (key.partition("=") for key in keys):
        context.add_cookies([{"name": name, "value": token, "url": address}])
    context.set_default_timeout(PATIENCE * 1000)
    context.add_init_script(WATCH)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(error))
    yield page
    assert not errors and close(page) is None
    context.close()


WALK = "Follow the image to"
JUDGED = re.compile(r"You predicted|Right\.|Not right")


def test_a_class_goes_through_a_lesson_together(address, browser):
    """It is asked there, votes there and is told there what is right; and follows its teacher, until it is let go."""
    code, desk_key = posted(address, "open", name="7b")
    _, phone_key = posted(address, "join", code=code, nickname="Ada")
    with ExitStack() as there:
        board = there.enter_context(reading(browser, address, desk_key, viewport=DESK))
        phone = there.enter_context(reading(browser, address, phone_key, viewport=PHONE))
        for page in (board, phone):
            page.goto("/network")
        box = phone.locator(".st-key-predict")
        board.get_by_role("button", name="Ask the class").click()
        box.get_by_text("Your teacher asks the class").wait_for()
        box.get_by_role("radio", name="fc", exact=True).click()
        box.get_by_text("This is your vote").wait_for()
        board.get_by_text("1 of 1 have answered").wait_for()
        settle(phone, lambda: box.get_by_role("radio", name="fc", exact=True, checked=True).count())
        assert not box.get_by_text(JUDGED).count()
        must_let_everybody_in(phone, "dark")
        must_fit_a_phone(phone)
        board.get_by_role("button", name="Reveal").click()
        box.get_by_text(JUDGED).wait_for()
        board.get_by_role("switch", name="Lead the class").click()
        phone.get_by_role("button", name="Stop following").wait_for()
        before = at(phone, WALK)
        move(board, WALK, "ArrowRight")
        settle(phone, lambda: at(phone, WALK) == at(board, WALK) != before)
        must_let_everybody_in(board, "light")
        board.get_by_role("switch", name="Lead the class").click()
        phone.get_by_role("button", name="Stop following").wait_for(state="hidden")
        move(board, WALK, "ArrowRight")
        phone.wait_for_timeout(1500)
        assert at(phone, WALK) != at(board, WALK)
        assert box.get_by_text(JUDGED).count()
        a_stage_asks_the_class(board, phone)


def a_stage_asks_the_class(board: Page, phone: Page) -> None:
    """Instead of the room; its students find the question from the page they are on."""
    board.set_viewport_size(STAGE)
    board.goto("/energy?present=1")
    asks = board.get_by_role("button", name="Ask the room")
    settle(board, lambda: asks.is_visible() and board.evaluate("Boolean(window.stageForAnts)"))  # which hears keys
    board.keyboard.press("a")
    audience, reveals = board.locator(".audience"), board.get_by_role("button", name="Reveal")
    audience.get_by_text("0 of 1 have answered").wait_for()
    phone.get_by_role("button", name="Answer the question").click()
    phone.wait_for_url("**/energy*")
    phone.get_by_text("Your teacher asks the class").wait_for()
    must_fill_a_stage(board)
    assert audience.locator(".code").is_visible() and not board.locator(".bar").is_visible()
    settle(board, reveals.is_visible)
    reveals.click()
    audience.locator(".bars").wait_for()
    phone.get_by_text("Your teacher asks the class").wait_for(state="hidden")
