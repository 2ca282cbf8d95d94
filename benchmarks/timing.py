"""How long a reader waits, and how that is said."""

import statistics
from collections.abc import Sequence

from playwright.sync_api import Page

LAST_CHANGE = """
([knob, what, most]) => {
    const roots = [document, ...[...document.querySelectorAll("*")].map(e => e.shadowRoot).filter(root => root)]
    const ours = e => knob && (e.getRootNode().querySelector?.(".lab") || e.closest?.(`.st-key-${knob}`))
    const main = document.querySelector("[data-testid=stMain]")
    window.waited = new Promise(resolve => document.addEventListener(what, event => {
        let last = 0
        const watch = new MutationObserver(changes => {
            const others = changes.filter(({ target: at, attributeName }) => {
                if (["data-stale", "style", "class"].includes(attributeName)) return false  // how it looks meanwhile
                const e = at.nodeType === 1 ? at : at.parentElement ?? at.getRootNode().host
                return e && !ours(e) && (main.contains(e) || e.getRootNode() !== document)
            })
            if (others.length) requestAnimationFrame(() => { last = performance.now() - event.timeStamp })
        })
        const all = { subtree: true, childList: true, characterData: true, attributes: true }
        for (const root of roots) watch.observe(root, all)
        setTimeout(() => { watch.disconnect(); resolve(last) }, most)
    }, { once: true, capture: true }))
}
"""
FOLLOWED = """
async ([knob, positions]) => {
    const lab = [...document.querySelectorAll("*")].find(e => e.shadowRoot?.querySelector(".lab")).shadowRoot
    const slider = document.querySelector(`.st-key-${knob} input[type=range]`)
    const took = []
    for (let at = 0; at < 64; at++) {
        await new Promise(requestAnimationFrame)
        const began = performance.now()
        slider.setAttribute("aria-valuetext", positions[at % positions.length])
        await null
        lab.querySelector(".lab").getBoundingClientRect()
        took.push(performance.now() - began)
    }
    return took
}
"""


def key_to_rest(page: Page, key: str, knob: str) -> float:
    """Milliseconds from a key pressed on a slider to the last change of the page, but for the slider and the headline
    that follows it."""
    page.bring_to_front()
    page.locator(f".st-key-{knob} input[type=range]").focus()
    page.wait_for_timeout(350)
    page.evaluate(LAST_CHANGE, [knob, "keydown", 900])
    page.keyboard.press(key)
    return page.evaluate("() => window.waited")


def click_to_rest(page: Page, path: str) -> float:
    """Milliseconds from a click on the name of a page, in the sidebar, to the last change of what is on it."""
    page.bring_to_front()
    link = page.locator(
        f'[data-testid=stSidebarNav] a[href$="/{path}"], [data-testid=stSidebar] a[href$="/{path}"]'
    ).first
    link.wait_for()
    page.evaluate(LAST_CHANGE, ["", "click", 2_000])
    link.click()
    return page.evaluate("() => window.waited")


def followed(page: Page, knob: str, positions: Sequence[str]) -> list[float]:
    """Milliseconds it takes, at one position after the other, until a headline is drawn for it and laid out."""
    return page.evaluate(FOLLOWED, [knob, list(positions)])


def seconds(times: list[float]) -> str:
    return f"{statistics.median(times):.2f} s ({min(times):.2f}–{max(times):.2f})"


def milliseconds(times: list[float], digits: int = 0) -> str:
    low, middle, high = (f"{ms:.{digits}f}" for ms in (min(times), statistics.median(times), max(times)))
    return f"{middle} ms ({low}–{high})"
