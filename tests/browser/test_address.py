"""Back, forward, reload, a second tab, another page: the knobs are where the address says."""

from playwright.sync_api import Page

from tests.browser.test_reader import LAB, press, settle, tiles


def stands(page: Page) -> tuple[str, str, bool]:
    """The address, the bits, and whether the scale is one per channel, once all stands still."""
    page.get_by_text("answers changed").wait_for()
    page.wait_for_timeout(1200)
    settle(page, lambda: len(tiles(page)) == 4)
    query = page.url.partition("?")[2]
    bits = page.get_by_role("slider", name="Bits per weight").get_attribute("aria-valuetext")
    channel = page.get_by_role("radio", name="channel")
    return query, bits, bool(channel.count()) and channel.is_checked()


def test_back_forward_and_reload_give_what_the_address_says(visit):
    page = visit(LAB)
    press(page, "ArrowLeft", 2)
    page.get_by_role("radio", name="channel").click()
    settle(page, lambda: "channel" in page.url)
    page.get_by_role("radio", name="depthwise").click()
    settle(page, lambda: "depthwise" in page.url)
    here = stands(page)
    assert here[1:] == ("6", True)
    assert "quantization_network=depthwise" in here[0]
    page.get_by_role("link", name="Home", exact=True).click()
    settle(page, lambda: "quantization" not in page.url)
    page.get_by_role("heading", name="Models for Ants").wait_for()
    press(page, "ArrowLeft")
    home = stands(page)
    assert set(home[0].split("&")) == {"home_bits=3", "home_network=depthwise"}  # the network comes along
    for _ in range(2):
        page.go_back()
        assert stands(page) == here
        page.go_forward()
        assert stands(page) == home
    page.go_back()
    page.reload()
    assert stands(page) == here


def test_two_tabs_do_not_move_each_other(visit):
    page = visit(LAB)
    other = page.context.new_page()
    other.goto(page.url)
    stands(other)
    press(page, "ArrowLeft", 3)
    press(other, "ArrowRight", 1)
    assert stands(page)[1] == "5"
    assert stands(other)[1] == "9"


def test_a_page_left_and_entered_again_keeps_its_network_and_prediction(visit):
    page = visit("quantization?guess=4")
    page.get_by_role("radio", name="depthwise").click()
    settle(page, lambda: "quantization_network=depthwise" in page.url)
    page.get_by_role("link", name="Home", exact=True).click()
    settle(page, lambda: "quantization" not in page.url)
    page.get_by_role("link", name="Quantization", exact=True).click()
    page.get_by_text("You predicted").wait_for()
    assert "guess=4" in page.url
    assert "quantization_network=depthwise" in page.url
