"""Back, forward, reload, a second tab, another page, and links that ask for the impossible: the knobs are where the
address says."""

from playwright.sync_api import Page, expect

from tests.browser.reader import LAB, another_tab, at, choose, measured, move, press, ready, settle, tiles, unfold

BITS = "Bits per weight"
# Each link, and what is said of it.
NONSENSE = {
    "quantization_bits=999&quantization_grain=&abc&trained=seed99999999999&%00=%ff": (
        "quantization_bits=999",
        "quantization_grain=",
        "abc",
        "trained=seed99999999999",
    ),
    "quantization_bits=4&quantization_bits=5&quantization_layer=" + "a" * 10_000: (
        "quantization_bits",
        "quantization_layer",
    ),
    "quantization_bits=%3Cscript%3Ealert(1)%3C/script%3E&<b>x</b>=1": (
        "quantization_bits=·script·alert·1···script·",
        "·b·x··b·",
    ),
}


def test_the_address_says_where_the_knobs_are(visit):
    page = visit(LAB)
    measured(page)
    back_forward_and_reload_give_what_the_address_says(page)
    two_tabs_do_not_move_each_other(page)
    nonsense_is_named_and_ignored(page)
    an_empty_setting_leaves_the_default_pressed(page)
    a_wrong_address_is_told_so(page)


def stands(page: Page) -> tuple[str, str, bool]:
    """The address, the bits, and whether the scale is one per channel, once all stands still."""
    page.get_by_text("predictions changed").first.wait_for()
    settle(page, lambda: len(tiles(page)) == 4)
    ready(page)
    channel = page.get_by_role("radio", name="channel")
    return page.url.partition("?")[2], at(page, BITS), bool(channel.count()) and channel.is_checked()


def back_forward_and_reload_give_what_the_address_says(page: Page) -> None:
    move(page, BITS, "ArrowLeft", 2)
    choose(page, "channel")
    choose(page, "depthwise")
    here = stands(page)
    assert here[1:] == ("3", True)
    assert "quantization_network=depthwise" in here[0]
    page.get_by_role("link", name="Home", exact=True).click()
    settle(page, lambda: "quantization" not in page.url)
    page.get_by_role("heading", name="Models for Ants").wait_for()
    measured(page)
    move(page, BITS, "ArrowLeft")
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


def two_tabs_do_not_move_each_other(page: Page) -> None:
    page.goto(f"/{LAB}")
    measured(page)
    with another_tab(page, LAB) as other:
        stands(other)
        move(page, BITS, "ArrowLeft", 3)
        move(other, BITS, "ArrowRight")
        assert stands(page)[1] == "2"
        assert stands(other)[1] == "6"


def nonsense_is_named_and_ignored(page: Page) -> None:
    page.goto(f"/{LAB}")
    measured(page)
    plain = tiles(page)[:3]
    for query, said in NONSENSE.items():
        page.goto(f"/{LAB}&{query}")
        page.get_by_text("Part of the link was ignored").wait_for()
        warned = page.get_by_test_id("stAlert").locator("code").all_inner_texts()
        assert set(said) <= set(warned), warned
        measured(page)
        settle(page, lambda: tiles(page)[:3] == plain)
        press(page, "Dismiss")
        expect(page.get_by_text("Part of the link was ignored")).to_have_count(0)


def an_empty_setting_leaves_the_default_pressed(page: Page) -> None:
    page.goto("/quantization?quantization_scheme=&quantization_bits=5")
    measured(page)
    unfold(page, "More")
    expect(page.get_by_role("radio", name="symmetric")).to_be_checked()
    assert "quantization_scheme" not in page.url


def a_wrong_address_is_told_so(page: Page) -> None:
    page.goto("/no-such-page")
    page.get_by_text("Page not found").first.wait_for()
