"""Short links: the same settings, the same code; a way to pages of this app alone; a QR code that says the link."""

import re

import pytest
import segno
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from lessons import short_link
from lessons.live import rate
from lessons.page_link import BadLink, target
from lessons.serving.hosts import public
from lessons.short_link import ALPHABET, find, keep, qr
from lessons.short_link_routes import routes

LINK = "/quantization?quantization_bits=3"
FOREIGN = (
    "//evil.example/quantization",
    "https://evil.example/quantization",
    "https:quantization",
    "/\\evil.example",
    "\\\\evil.example",
    "/quantization\r\nLocation: https://evil.example",
    "javascript:alert(1)",
    "/_stcore/health",
    "/../etc/passwd",
    "/quantization/../../x",
    "/media/x",
    "/s/energy",
    "/quantization‮?x=1",
    "//[",
    "/quantization?bits=%00",
    "/quantization?__proto__=1",
)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path))
    monkeypatch.delenv("MODELS_FOR_ANTS_DATABASE", raising=False)


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setattr(rate, "LINKS", rate.Allowance(1_000, 0))
    options = {"server.baseUrlPath": "", "server.allowedHosts": ["localhost", "127.0.0.1", "ants.example"]}
    monkeypatch.setattr(st, "get_option", options.get)
    return TestClient(Starlette(routes=routes()), base_url="http://localhost:8501", follow_redirects=False)


def test_a_link_has_one_code_without_what_is_the_speakers_own():
    code = keep(f"{LINK}&present=1&talk=37c3&at=12&guess=4&speaker=1")
    assert len(code) == 6 and set(code) <= set(ALPHABET)
    assert code == keep(LINK.lstrip("/"))
    assert code != keep(LINK.replace("3", "4"))
    assert find(code) == find(code.upper()) == LINK


def test_a_page_without_settings_is_kept_nowhere():
    assert keep("/quantization?present=1") == "quantization"
    assert keep("/?present=1") == "home"
    assert (find("quantization"), find("home"), find("nowhere"), find("s")) == ("/quantization", "/", None, None)


@pytest.mark.parametrize("link", FOREIGN)
def test_what_is_no_page_of_this_app_is_refused(link):
    with pytest.raises(BadLink):
        target(link)


def test_a_link_that_is_too_long_is_refused():
    assert len(target("/decide?decide_text=" + "a" * 1_980)) == 2_000
    with pytest.raises(BadLink, match="2,000"):
        target("/decide?decide_text=" + "a" * 1_981)
    with pytest.raises(BadLink, match="2,000"):
        target("/decide?decide_text=" + "é" * 400)  # six characters each, in an address


def test_what_words_hold_stays_words():
    held = target("/decide?assignment=<script>alert(1)</script>&decide_text=a%26b%3Dc%23d%0d%0aX: y")
    assert re.fullmatch(r"/decide\?[\w.~%=&-]+", held)
    assert held.endswith("&decide_text=a%26b%3Dc%23d%0D%0AX%3A%20y")


def test_two_links_with_one_beginning_have_two_codes(monkeypatch):
    monkeypatch.setattr(short_link, "_codes", lambda wanted: ("222222", "2222222"))
    assert (keep("/energy?a=1"), keep("/energy?a=2"), keep("/energy?a=1")) == ("222222", "2222222", "222222")
    with pytest.raises(BadLink):
        keep("/energy?a=3")


def test_the_oldest_links_go_where_there_are_too_many(monkeypatch):
    monkeypatch.setattr(short_link, "MOST", 3)
    codes = [keep(f"/energy?a={n}") for n in range(5)]
    assert [find(code) is not None for code in codes] == [False, False, True, True, True]


def test_a_qr_code_says_the_link():
    text = "http://ants.example:8501/s/bcdfgh"
    drawn = qr(text)
    size = int(re.search(r'viewBox="0 0 (\d+) \1"', drawn)[1])
    dark = [[False] * size for _ in range(size)]
    x, y = 0, 0
    for step, across, down in re.findall(
        r"([Mmh])(-?[\d.]+)(?: ?(-?[\d.]+))?", drawn.split("qrline")[1].split(' d="')[1]
    ):
        if step == "M":
            x, y = int(across), float(down)
        elif step == "m":
            x, y = x + int(across), y + float(down or 0)
        else:
            for at in range(x, x + int(across)):
                dark[int(y)][at] = True
            x += int(across)
    expected = [[bool(cell) for cell in row] for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)]
    assert dark == expected
    assert not any(dark[row][column] for row in range(4) for column in range(size))  # the quiet zone
    assert 'fill="#fff"' in drawn and 'stroke="#000"' in drawn


@pytest.mark.parametrize(
    ("origin", "names", "reached"),
    [
        ("http://localhost:8501", ["localhost", "127.0.0.1"], None),
        ("http://127.0.0.1:8501", ["localhost", "ants.example"], "http://ants.example:8501"),
        ("http://localhost", ["*", "*.example", "192.0.2.7"], "http://192.0.2.7"),
        ("http://[::1]:8501", ["2001:db8::7"], "http://[2001:db8::7]:8501"),
        ("https://ants.example", ["other.example"], "https://ants.example"),
        ("http://ants.example@evil.example:no", [], None),
    ],
)
def test_an_audience_is_told_a_name_that_it_can_reach(origin, names, reached):
    assert public(origin, names) == reached


def test_a_code_leads_to_its_page_and_an_unknown_one_home(client):
    made = client.post("/s", json={"link": f"{LINK}&present=1"}).json()
    assert made["link"] == f"http://ants.example:8501/s/{made['code']}"
    assert made["said"].startswith("Scan")
    found = client.get(f"/s/{made['code']}")
    assert (found.status_code, found.headers["location"]) == (307, LINK)
    missing = client.get("/s/<b>bb")
    assert missing.status_code == 404
    assert "&lt;b&gt;bb" in missing.text and '<a href="/">' in missing.text
    picture = client.get("/qr.svg", params={"code": made["code"]})
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text == qr(made["link"])
    assert client.get("/qr.svg", params={"code": "bbbbbb"}).status_code == 404


def test_a_link_that_works_here_alone_says_so(client, monkeypatch):
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "ants", "server.allowedHosts": ["localhost"]}.get)
    alone = TestClient(Starlette(routes=routes()), base_url="http://localhost:8501", follow_redirects=False)
    made = alone.post("/ants/s", json={"link": LINK}).json()
    assert made["link"] == f"http://localhost:8501/ants/s/{made['code']}"
    assert "make run HOST=" in made["said"]
    assert alone.get(f"/ants/s/{made['code']}").headers["location"] == f"/ants{LINK}"


@pytest.mark.reliability("security", "One network makes short links until those of others go")
def test_nobody_makes_links_without_end(client, monkeypatch, tried):
    monkeypatch.setattr(rate, "LINKS", rate.Allowance(2, 0.001))
    answers = [client.post("/s", json={"link": f"/energy?x={number}"}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Wait a minute" in answers[-1].json()["said"]
    tried()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"null", b"[" * 9_000, b'{"link": 1}', b'{"link": "' + b"a" * 20_000]
)
def test_what_asks_for_no_link_gets_none(client, body):
    assert client.post("/s", content=body, headers={"content-type": "application/json"}).status_code == 400
    assert client.post("/s", content=b'{"link": "/energy?a=1"}').status_code == 415  # as a foreign page could
