"""How long a reader waits, and how that is said."""

import statistics

from playwright.sync_api import Page

KEY_TO_SCREEN = """
(selector) => new Promise(resolve => {
    const values = () => [...document.querySelectorAll(selector)].map(e => e.textContent).join("|");
    const before = values();
    document.addEventListener("keydown", event => {
        const pressed = event.timeStamp;
        const watch = new MutationObserver(() => {
            if (values() === before || !values()) return;
            watch.disconnect();
            requestAnimationFrame(now => resolve(performance.now() - pressed));
        });
        watch.observe(document.body, {subtree: true, childList: true, characterData: true});
    }, {once: true, capture: true});
})
"""


def key_to_screen(page: Page, key: str) -> float:
    """Milliseconds from a key pressed on a page's first slider to other numbers in its tiles."""
    page.bring_to_front()
    page.get_by_role("slider").first.focus()
    page.wait_for_timeout(350)
    page.evaluate(f"() => {{ window.seen = ({KEY_TO_SCREEN})('[data-testid=stMetricValue]') }}")
    page.keyboard.press(key)
    return page.evaluate("() => window.seen")


def seconds(times: list[float]) -> str:
    return f"{statistics.median(times):.2f} s ({min(times):.2f}–{max(times):.2f})"


def milliseconds(times: list[float], digits: int = 0) -> str:
    low, middle, high = (f"{ms:.{digits}f}" for ms in (min(times), statistics.median(times), max(times)))
    return f"{middle} ms ({low}–{high})"
