"""What a speaker calls up on a stage, and what a link holds: the other knobs, a QR code, an address that keeps them."""

from playwright.sync_api import Page

from tests.browser.reader import LAB, measured, move, ready, settle, slider
from tests.browser.screens import KNOBS, SMALL, STAGE, present


def test_knobs_and_a_qr_code_come_by_a_key_and_go(visit):
    page = visit(f"{LAB}&present=1")
    page.set_viewport_size(STAGE)
    measured(page)
    ready(page)
    page.keyboard.press("k")
    settle(page, lambda: len(page.evaluate(KNOBS)) > 5)
    assert page.evaluate(SMALL) == []
    page.get_by_role("radio", name="channel", exact=True).click()
    settle(page, lambda: "quantization_grain=channel" in page.url)
    page.keyboard.press("k")
    settle(page, lambda: len(page.evaluate(KNOBS)) == 1)
    a_qr_code_and_a_link_fill_the_stage(page)


def a_qr_code_and_a_link_fill_the_stage(page: Page) -> None:
    page.keyboard.press("q")
    code = page.locator("dialog img")
    code.wait_for()
    settle(page, lambda: code.evaluate("image => image.naturalWidth > 0 && image.clientHeight"))
    assert code.bounding_box()["height"] >= 0.6 * STAGE["height"]
    address = page.locator("dialog .link").inner_text()
    assert page.get_by_text("make run HOST=").is_visible()  # for the test's server has no name for others
    page.keyboard.press("Escape")
    code.wait_for(state="detached")
    page.goto(f"http://{address}")
    settle(page, lambda: "quantization_grain=channel" in page.url)
    assert "present" not in page.url and "guess" not in page.url


def test_what_a_link_holds_stays_when_other_knobs_move(visit):
    page = visit(f"{LAB}&lock=quantization_grain&hide=quantization_activations&assignment=Find+the+$cliff$")
    measured(page)
    page.get_by_text("Find the $cliff$").wait_for()
    assert page.get_by_role("radio", name="channel", exact=True).is_disabled()
    assert not page.locator(".st-key-quantization_activations").is_visible()
    move(page, "Bits per weight", "ArrowLeft")
    settle(page, lambda: slider(page, "Bits per weight").get_attribute("aria-valuetext") != "5")
    assert all(part in page.url for part in ("lock=quantization_grain", "hide=quantization_act", "assignment=Find"))


def test_a_page_that_becomes_a_stage_keeps_its_knobs_in_the_address(visit):
    page = visit(LAB)
    measured(page)
    ready(page)
    present(page)
    ready(page)
    move(page, "Bits per weight", "ArrowRight")
    settle(page, lambda: "quantization_bits=6" in page.url and "present=1" in page.url, 30)
