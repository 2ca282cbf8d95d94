"""For those who do not see a page, or see it in the dark: what axe finds on it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.reader import ready, settle

# Streamlit's own frame, toolbars and data grid are not ours to repair.
THEIRS = [
    ["header"],
    ['[data-testid="stSidebar"]'],
    ['[data-testid="stDataFrame"]'],
    ['[data-testid="stToolbar"]'],
    [".token"],
]  # of Streamlit's own: its colours of code, too
AXE = Axe()
BACKGROUND = (
    "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor.match(/\\d+/g).slice(0, 3)"
)
MOVING = (
    "document.getAnimations().some(each => each.playState === 'running' && "
    "each.effect.getComputedTiming().endTime < 1e9)"
)


def serious(page: Page) -> list[str]:
    """What axe finds on the page that would keep somebody out."""
    wanted = {"resultTypes": ["violations"]}  # to tell of all that is well takes as long again
    found = AXE.run(page, context={"exclude": THEIRS}, options=wanted).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def turn(page: Page, scheme: str) -> None:
    """The reader's machine turns light or dark, and the page with it."""
    page.emulate_media(color_scheme=scheme)
    sign = ">" if scheme == "light" else "<"
    settle(page, lambda: page.evaluate(f"{BACKGROUND}.reduce((sum, each) => sum + +each, 0) {sign} 3 * 128"))


def must_let_everybody_in(page: Page, *schemes: str) -> None:
    """Nothing keeps anybody out, in these colours; by default in those the page has."""
    page.mouse.move(0, 0)  # what is pointed at has colours of its own
    for scheme in schemes or (None,):
        if scheme:
            turn(page, scheme)
        ready(page)
        settle(page, lambda: page.evaluate(f"!({MOVING})"))  # colours that change are neither one nor the other
        found = serious(page)
        assert not found, (page.url, scheme, found)
