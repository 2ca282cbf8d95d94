"""What a class does together, on a real server: five train what is dealt to them, and one posts a file to the board."""

import asyncio
from contextlib import AsyncExitStack, ExitStack

from playwright.sync_api import Page

from tests.browser.access import must_let_everybody_in
from tests.browser.classmate import posted
from tests.browser.reader import press, settle
from tests.browser.screens import PHONE, must_fit_a_phone
from tests.browser.test_classroom import reading
from tests.browser.visitor import Visitor, visit, visiting

OTHERS = 4  # without browsers
APART = 0.7  # seconds between two looks
BOARD = "Smallest file that is still accurate"
DISTILS = "Everybody distils from 50 labels"
POSTED = "Your run is in the chart"


def test_five_train_what_is_dealt_to_them_and_one_wins_the_board(address, browser):
    with ExitStack() as there:
        wall = there.enter_context(reading(browser, address, viewport={"width": 1920, "height": 1080}))
        phone = there.enter_context(reading(browser, address, viewport=PHONE))
        wall.goto("/class")
        wall.get_by_label("Name of the class").fill("7b")
        wall.get_by_role("button", name="Open a class").click()
        code = wall.locator(".code").inner_text().replace(" ", "")
        phone.goto(f"/class?code={code}")
        phone.get_by_label("Nickname").fill("Ada")
        phone.get_by_role("button", name="Join a class").click()
        phone.get_by_text("You are Ada").wait_for()
        five_train(wall, phone, address, code)
        one_posts(wall, phone)


def five_train(wall: Page, phone: Page, address: str, code: str) -> None:
    wall.get_by_label("Do together").select_option(DISTILS)
    wall.get_by_role("button", name="Begin", exact=True).click()
    phone.get_by_role("button", name="Train mine").click()
    visit(the_others(address, code))
    phone.get_by_text(POSTED).wait_for()
    for page in (phone, wall):
        page.get_by_text(f"{OTHERS + 1} of {OTHERS + 1} have started; {OTHERS + 1} are in the chart.").wait_for()
        assert page.get_by_text(f"(n = {OTHERS + 1})").count()
    marks = phone.locator(".together svg")
    settle(phone, lambda: marks.locator(".mark-line.role-mark path").count() == OTHERS + 2)  # one's own, and the mean
    must_fit_a_phone(phone)
    must_let_everybody_in(phone, "light", "dark")
    phone.reload()
    phone.get_by_text(POSTED).wait_for()
    assert "distillation_labelled=50" in phone.get_by_role("link", name="Open the lesson").get_attribute("href")


async def the_others(address: str, code: str) -> None:
    async with AsyncExitStack() as there:
        cookies = [posted(address, "join", code=code, nickname=f"{at}")[1] for at in range(OTHERS)]
        open_page = lambda cookie: there.enter_async_context(visiting(address, f"class?code={code}", cookie))
        await asyncio.gather(*[trains(each) for each in await asyncio.gather(*map(open_page, cookies))])


async def trains(member: Visitor) -> None:
    await member.press("Train mine")
    while not any(POSTED in text for text in member.texts):
        await asyncio.sleep(APART)
        await member.look_again("activity")
    assert not member.exceptions


def one_posts(wall: Page, phone: Page) -> None:
    chosen, least = wall.get_by_label("Do together"), wall.get_by_label("Least accuracy")
    settle(wall, lambda: chosen.input_value() == DISTILS)
    begins = wall.get_by_role("button", name="Begin", exact=True)
    assert not begins.is_visible()
    chosen.select_option(BOARD)
    least.fill("70")
    wall.once("dialog", lambda dialog: dialog.accept())
    begins.click()
    begun = wall.get_by_text(f"0 of {OTHERS + 1} have posted. The first run begins the chart.")
    begun.wait_for()
    wall.reload()
    begun.wait_for()
    assert (chosen.input_value(), least.input_value(), begins.is_visible()) == (BOARD, "70", False)
    assert not wall.locator(".together svg").is_visible()
    phone.goto("/quantization?guess=skip&quantization_bits=4")
    press(phone, "Post to the class")
    phone.get_by_text("On the board of your class").wait_for()
    wall.get_by_text(f"1 of {OTHERS + 1} have posted.").wait_for()
    assert not wall.locator(".podium li").count()
    wall.get_by_role("button", name="Freeze").click()
    wall.locator(".podium li").filter(has_text="Ada").wait_for()
    must_let_everybody_in(wall, "light")
