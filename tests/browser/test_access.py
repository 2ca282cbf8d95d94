"""For those who do not see the page, or do not hold a mouse."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.test_reader import LAB, settle

# Streamlit's own frame, toolbars and data grid are not ours to mend.
THEIRS = [
    ["header"],
    ['[data-testid="stSidebar"]'],
    ['[data-testid="stDataFrame"]'],
    ['[data-testid="stToolbar"]'],
    [".token"],
]  # of Streamlit's own: its colours of code, too
DRAWERS = (
    "Which class is taken for which",
    "Files: which size",
    "Energy: the formula",
    "The code that just ran",
    "Export this run",
)


def serious(page: Page) -> list[str]:
    """What axe finds on the page that would keep somebody out."""
    page.wait_for_function("!document.querySelector('[data-stale=true]')")  # what is out of date is drawn faintly
    found = Axe().run(page, context={"exclude": THEIRS}).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "quantization", LAB + "&quantization_bits=3", "quantization?present=1"])
def test_axe_finds_nothing_serious(visit, path, scheme):
    page = visit(path, wait=path != "quantization", color_scheme=scheme)
    if path != "quantization":
        settle(page, lambda: page.locator(".curve0 circle").count() == 17)
    page.wait_for_timeout(1500)
    if path.startswith(LAB):
        for drawer in DRAWERS:
            page.get_by_text(drawer).first.click()
            page.wait_for_timeout(300)
        page.wait_for_timeout(1500)
    assert serious(page) == []


def test_everything_can_be_reached_with_the_tab_key(visit):
    page = visit(LAB)
    settle(page, lambda: page.locator(".curve0 circle").count() == 17)
    page.evaluate("document.activeElement.blur()")
    reached = set()
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """() => { const e = document.activeElement
                   return e.getAttribute("aria-label") || e.innerText?.trim().split("\\n").pop() || e.closest("label")?.innerText || "" }"""
            )
        )
    for wanted in (
        "Bits per weight",
        "tensor",
        "min-max",
        "2",
        "Train",
        "Two bits",
        "Break it",
        "Reset the knobs",
        "Export this run",
    ):
        assert any(wanted in name for name in reached), (wanted, reached)
