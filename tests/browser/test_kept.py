"""What a reader has done is there when they come back: after a reload, on another page, in another tab; or the page
says that it cannot be."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page

from lessons import reader_record
from lessons.text.exercises import exercises
from tests.browser.access import must_let_everybody_in
from tests.browser.reader import measured, press, ready, settle
from tests.browser.screens import must_fit_a_phone

PLACE = "models-for-ants"
LEVELS = exercises("quantization")["levels"].title
OFF = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"


def test_a_reader_comes_back(visit, tmp_path):
    page = visit("quantization?guess=3")
    measured(page)
    an_answer_is_judged(page)
    it_is_there_after_a_reload_and_a_look_at_another_page(page)
    another_tab_adds_to_it(page, visit)
    all_of_it_can_be_taken_along_deleted_and_brought_back(page, tmp_path)
    a_file_that_lies_is_refused_in_one_sentence(page, tmp_path)


def an_answer_is_judged(page: Page) -> None:
    answer(page, "32")
    page.get_by_text("Not right.").last.wait_for()
    answer(page, "31")
    page.get_by_text("Right.").last.wait_for()
    settle(page, lambda: solved(page) == 1)
    must_let_everybody_in(page, "light", "dark")
    press(page, "Keep as your ant")
    settle(page, lambda: "ant/images/quantization" in stored(page))


def it_is_there_after_a_reload_and_a_look_at_another_page(page: Page) -> None:
    page.reload()
    measured(page)
    settle(page, lambda: page.locator('[data-testid="stSidebar"]').get_by_text("weights in 5 bits").count() == 1)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Your ant", exact=True).click()
    page.get_by_text("Exercises solved: 1 of").first.wait_for()
    page.get_by_text("Predictions right: 1 of 1.").first.wait_for()
    must_fit_a_phone(page)
    page.goto("/quantization")
    page.get_by_text("You predicted 3 bits").wait_for()
    settle(page, lambda: answered(page))


def another_tab_adds_to_it(page: Page, visit) -> None:
    """Both were open before either has kept something new."""
    other = visit("pruning?guess=90")
    settle(other, lambda: stored(other).get("prediction/pruning", {"value": {"outcome": ""}})["value"]["outcome"])
    answer(page, "32")  # afterwards, with what the tab knew before
    settle(page, lambda: stored(page)["exercise/quantization/levels"]["value"]["tries"] == 3)
    assert {"prediction/pruning", "prediction/quantization", "exercise/quantization/levels"} <= set(stored(page))
    other.close()


def all_of_it_can_be_taken_along_deleted_and_brought_back(page: Page, folder: Path) -> None:
    page.goto("/my-ant")
    predictions = page.get_by_text(re.compile("Predictions right: . of 2."))
    predictions.wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Everything (JSON)").click()
    download.value.save_as(folder / "record.json")
    before = stored(page)
    page.get_by_text("I want to delete").click()
    press(page, "Delete everything")
    settle(page, lambda: stored(page) == {})
    page.reload()
    page.get_by_text("You have kept no model yet").wait_for()
    bring(page, folder / "record.json")
    predictions.wait_for()
    settle(page, lambda: {**before, **stored(page)} == stored(page))


def a_file_that_lies_is_refused_in_one_sentence(page: Page, folder: Path) -> None:
    kept, lies = but_spent(stored(page)), stored(page)
    lies["ant/images/quantization"]["value"]["now"]["quality"] = 120
    (folder / "lies.json").write_text(reader_record.written({"entries": lies, "cleared": 0}, "2026-11-30"))
    bring(page, folder / "lies.json")
    page.get_by_text("names no model: a quality, a size or an energy").wait_for()
    assert but_spent(stored(page)) == kept


def but_spent(entries: dict) -> dict:
    """Without what the visit has taken: to read a file takes some."""
    return {name: entry for name, entry in entries.items() if not name.startswith("spent/")}


def test_a_browser_that_keeps_nothing_says_so_and_the_page_works(context):
    for script, said in ((OFF, "keeps nothing"), (FULL, "has no room left")):
        with visited(context, script) as page:
            page.get_by_text(said).wait_for()
            answer(page, "31")
            page.get_by_text("Right.").last.wait_for()


@contextmanager
def visited(context: BrowserContext, script: str) -> Iterator[Page]:
    """The lesson, in a browser that runs a script before all others."""
    page = context.new_page()
    page.add_init_script(script)
    page.goto("/quantization?guess=skip")
    measured(page)
    yield page
    page.close()


def answer(page: Page, option: str) -> None:
    """Choose an answer of the first exercise, which is opened if it is not."""
    ready(page)
    if not exercise(page).get_by_role("radio").count():
        exercise(page).get_by_text(LEVELS).click()
        exercise(page).get_by_role("radio", name=option, exact=True).wait_for(state="attached")
        ready(page)  # what unfolds moves its answers away from under the mouse
    exercise(page).locator("label", has_text=option).last.click()
    settle(page, lambda: exercise(page).get_by_role("radio", name=option, exact=True).is_checked())


def exercise(page: Page) -> Locator:
    return page.locator(".st-key-exercise_levels")


def answered(page: Page) -> bool:
    """Whether the exercise is marked as solved."""
    after = "getComputedStyle(document.querySelector('.st-key-exercise_levels summary p'), '::after').content"
    return "✓" in page.evaluate(after)


def solved(page: Page) -> int:
    return sum(name.startswith("exercise/") and entry["value"]["solved"] for name, entry in stored(page).items())


def stored(page: Page) -> dict:
    """What the browser keeps, by name."""
    text = page.evaluate(f"localStorage.getItem('{PLACE}')")
    return json.loads(text)["entries"] if text else {}


def bring(page: Page, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(file)
