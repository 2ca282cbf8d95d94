"""For those who do not see the page, or do not hold a mouse: home and the quantization lesson, with all that can be
opened."""

from playwright.sync_api import Page

from tests.browser.access import BACKGROUND, must_let_everybody_in
from tests.browser.reader import LAB, measured, ready, swept
from tests.browser.screens import must_fit_a_phone, present

DRAWERS = (
    "Which class is predicted for which",
    "Files: which size",
    "Energy: the formula",
    "The code that just ran",
    "Export this run",
)
STOPS = (
    "Bits per weight",
    "tensor",
    "More",
    "2",
    "Train",
    "Two bits",
    "Break it",
    "Reset the knobs",
    "Export this run",
)
FOCUSED = """() => {
    const e = document.activeElement
    return e.getAttribute("aria-label") || e.innerText?.trim().split("\\n").pop() || e.closest("label")?.innerText || ""
}"""


def test_nobody_is_kept_out(visit):
    page = visit("")
    measured(page)
    swept(page)
    must_let_everybody_in(page, "dark", "light")
    must_fit_a_phone(page)
    page.goto(f"/{LAB}&quantization_bits=3")
    measured(page)
    swept(page)
    ready(page)
    everything_is_reached_with_the_tab_key(page)
    for drawer in DRAWERS:
        page.get_by_text(drawer).first.click()
        ready(page)
    must_let_everybody_in(page, "light", "dark")
    present(page)
    must_let_everybody_in(page, "dark", "light")


def everything_is_reached_with_the_tab_key(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")
    reached = set()
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(FOCUSED))
    for wanted in STOPS:
        assert any(wanted in name for name in reached), (wanted, reached)


def test_a_page_is_opened_in_the_colours_of_the_machine(visit):
    page = visit("")
    for scheme, path, light in (("dark", "", False), ("dark", LAB, False), ("light", LAB, True)):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"/{path}")
        measured(page)
        assert (sum(map(int, page.evaluate(BACKGROUND))) > 3 * 128) == light
