"""What a reader does and sees: open a link, press, drag, and wait until everything on the page is still."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import nan
from time import monotonic

from playwright.sync_api import Locator, Page

DESK = {"width": 1400, "height": 1000}
LAB = "quantization?guess=skip"
PANEL = ".st-key-training_panel"
TILE = ".tiles:not(.missing) .number, [data-testid=stMetricValue]"
PATIENCE = 180  # seconds; a job of a page that was closed holds its worker for 90
DRAWN = """
    !document.querySelector('[data-stale=true]')
    && ![...document.querySelectorAll('[data-testid=stMain] p')].some(each => /Measuring .*…/.test(each.textContent))
    && [document, ...[...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(root => root)].flatMap(
        root => [...root.querySelectorAll('[data-testid=stPlotlyChart], .canvas')],
    ).every(chart => !chart.checkVisibility() || chart.querySelector('canvas, svg'))
"""  # what is out of date is drawn faintly
SHAPE = """
    JSON.stringify([document.querySelectorAll('*').length,
        ...[...document.querySelectorAll('[data-testid=stMain], [data-testid=stMain] *')]
            .map(e => e.scrollHeight + e.scrollWidth)])
"""


def settle(page: Page, holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until something holds and no script runs."""
    end = monotonic() + seconds
    while monotonic() < end:
        state = page.get_attribute('[data-testid="stApp"]', "data-test-script-state")
        if state in (None, "notRunning") and holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it took too long")


def wait_for_address(page: Page, *parts: str) -> None:
    """Wait until the address has these parts: it may come after what they have changed."""
    settle(page, lambda: all(part in page.url for part in parts))


def ready(page: Page) -> None:
    """Wait until nothing is being measured, and every chart is drawn in the size it keeps."""
    settle(page, lambda: page.evaluate(DRAWN))
    shapes = [None, page.evaluate(SHAPE)]
    for _ in range(PATIENCE * 5):
        if len(shapes) >= 3 and len(set(shapes[-3:])) == 1:
            return
        page.wait_for_timeout(150)
        shapes.append(page.evaluate(SHAPE))
    raise AssertionError("the page never stands still")


def measured(page: Page) -> None:
    """Wait until a lab shows its numbers and its pictures."""
    tile(page).nth(3).wait_for()
    page.locator(".pictures").first.wait_for(state="attached")


def swept(page: Page, points: int = 17, curve: int = 0) -> None:
    """Wait until a curve has all its points."""
    settle(page, lambda: page.locator(f".curve{curve} circle").count() == points)


def tile(page: Page) -> Locator:
    """The numbers that the tiles show."""
    return page.locator(TILE)


def tiles(page: Page) -> list[str]:
    return tile(page).all_inner_texts()


def first_number(page: Page) -> float:
    """The number in the first tile; nan while there is none: then no comparison with it holds."""
    found = re.match(r"[\d,.]+", next(iter(tiles(page)), ""))
    return float(found[0].replace(",", "")) if found else nan


def slider(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name)


def at(page: Page, name: str) -> str:
    """Where a slider stands."""
    return slider(page, name).get_attribute("aria-valuetext")


def move(page: Page, name: str, key: str, times: int = 1) -> None:
    """Press a key on a slider so many times, and wait until the address follows."""
    before = page.url
    slider(page, name).focus()
    for _ in range(times):
        page.keyboard.press(key)
    page.wait_for_url(lambda url: url != before)


def grab(page: Page, knob: str, name: str) -> Callable[[float], None]:
    """Take hold of a slider with the mouse; what is given drags it, from 0 (left) to 1 (right)."""
    slider(page, name).scroll_into_view_if_needed()
    track = page.locator(f".st-key-{knob} [role=group]").bounding_box()
    thumb = slider(page, name).bounding_box()
    height = track["y"] + track["height"] / 2
    page.mouse.move(thumb["x"], height)  # where the input begins is the middle of what one sees
    page.mouse.down()
    return lambda share: page.mouse.move(track["x"] + track["width"] * share, height, steps=4)


WATCH = """
knob => {
    window.seen = new Set(), window.asked = window.moves = window.writes = window.reads = window.pauses = 0
    const send = WebSocket.prototype.send
    WebSocket.prototype.send = function (message) {
        asked++, window.wish = new TextDecoder("latin1").decode(message).replace(/[^ -~]+/g, " ").slice(0, 1000)
        return send.call(this, message)
    }
    const labs = [...document.querySelectorAll("*")].filter(e => e.shadowRoot?.querySelector(".lab"))
    const own = labs.filter(e => e.closest(`[class*="${knob}"]`))  // of this slider
    const lab = (own.find(e => e.closest('[class*="_headline"]')) ?? own[0] ?? labs[0]).shadowRoot
    const slider = document.querySelector(`.st-key-${knob} input[type=range]`)
    const said = () => [...lab.querySelectorAll(".number, .at, .canvas text, .canvas path, .words")]
        .map(e => e.textContent || e.getAttribute("d")).join("|")
    window.looks = false  // which takes the machine: only while a hand drags
    const look = () => { if (looks) seen.add(said()), requestAnimationFrame(look) }
    window.looksFrom = () => { looks = true, requestAnimationFrame(look) }
    for (const watch of window.watching ?? []) watch.disconnect()  // of another slider, before
    window.watching = []
    const watched = (place, what, told) => {
        watching.push(new MutationObserver(told))
        watching.at(-1).observe(place, what)
    }
    const stands = () => slider.getAttribute("aria-valuetext")
    let stood = stands(), last = performance.now()
    const moved = () => {
        if (stands() === stood) return
        const now = performance.now()
        if (now - last > 400) pauses++  // as long as a pause that is read out, or nearly; a busy machine makes some
        stood = stands(), last = now, moves++
    }
    watched(slider, { attributeFilter: ["aria-valuetext"] }, moved)
    const first = ({ target }) => target.matches(".tile:first-child .number")
    const places = { childList: true, subtree: true }
    watched(lab.querySelector(".tiles"), places, all => { writes += all.filter(first).length })
    watched(lab.querySelector(".said"), places, () => { reads++ })
    window.isRead = () => lab.querySelector(".said").textContent.includes(lab.querySelector(".number").textContent)
    return Number(slider.max) - Number(slider.min) + 1
}
"""


QUIET = """
(async () => {
    asked = 0
    for (let turn = 0; turn < 20; turn++) {  // turns, for time alone passes while a busy machine lets the page wait
        await new Promise(resolve => setTimeout(() => requestAnimationFrame(resolve), 40))
        if (asked || !modelsForAnts.idle()) return false
    }
    moves = writes = reads = pauses = 0
    return true
})()
"""


def must_follow_the_hand(page: Page, knob: str, name: str) -> None:
    """While a slider is dragged from end to end, its headline shows every position, drawn once, and nothing is asked of
    the server; back where it was, it is what it was."""
    ready(page)
    positions = page.evaluate(WATCH, knob)
    settle(page, lambda: page.evaluate(QUIET))
    shown, where = tiles(page), int(slider(page, name).get_attribute("value"))
    pull = grab(page, knob, name)
    page.evaluate("looksFrom()")
    for step in range(2 * positions + 1):
        pull(step / (2 * positions))
        page.wait_for_timeout(40)  # a hand is no faster
    seen, asked, moves, writes = page.evaluate("looks = false, [seen.size, asked, moves, writes]")
    assert seen >= min(8, positions), (page.url, seen, positions)
    assert asked == 0, (page.url, page.evaluate("wish"))
    assert 0 < writes <= moves, page.url  # one draws it, however often the lab has been drawn
    pull(where / (positions - 1))
    settle(page, lambda: tiles(page) == shown)
    settle(page, lambda: page.evaluate("isRead()"))
    assert page.evaluate("reads <= pauses + 1"), page.url  # what is passed on the way is not read out
    page.mouse.up()


def choose(page: Page, option: str, said: str | None = None) -> None:
    """Press a button of a choice; wait until the address says it."""
    page.get_by_role("radio", name=option, exact=True).click()
    settle(page, lambda: (said or f"={option.replace(' ', '+')}") in page.url)


def predict(page: Page, answer: str) -> None:
    """Answer the page's question; wait until the address says it."""
    page.locator(".st-key-predict").get_by_role("radio", name=answer, exact=True).click()
    settle(page, lambda: f"guess={answer}" in page.url)


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def start_training(page: Page, label: str) -> None:
    page.locator(PANEL).get_by_role("button", name=re.compile(rf"{label}$")).click()
    page.get_by_text("steps/s").wait_for()


def unfold(page: Page, name: str) -> None:
    """Open what waits behind a button."""
    page.get_by_role("button", name=name).last.click()


def link(page: Page) -> str:
    """What a reader would share, without the name of the server."""
    return page.url.split("/", 3)[3]


@contextmanager
def another_tab(page: Page, path: str) -> Iterator[Page]:
    """The same reader, or another one, opens a link beside this page."""
    other = page.context.new_page()
    other.set_default_timeout(PATIENCE * 1000)
    other.goto(f"/{path}")
    yield other
    assert close(other) is None


def close(page: Page) -> str | None:
    """Leave a page; gives the last exception that it ever showed."""
    shown = page.evaluate("location.protocol === 'http:' ? sessionStorage.exception ?? null : null")
    page.close()
    return shown
