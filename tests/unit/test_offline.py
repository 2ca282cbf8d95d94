"""No request of a stranger has the server ask another machine."""

import pytest
import requests
from streamlit import config, net_util
from streamlit.web import bootstrap
from streamlit.web.server.server_util import is_url_from_allowed_origins

from lessons.serving import offline


@pytest.mark.reliability("security", "Pages from elsewhere want to connect, and the internet cannot be reached")
def test_a_page_from_elsewhere_is_refused_without_asking_the_internet(monkeypatch, tried):
    asked = []
    monkeypatch.setattr(requests, "get", lambda url, **_: asked.append(url))
    monkeypatch.setattr(net_util, "_external_ip", None)
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)
    assert not is_url_from_allowed_origins("https://evil.example") and asked  # as Streamlit does it
    asked.clear()
    offline.ask_nobody()
    for origin in ("https://evil.example", "http://192.0.2.7", "null", ""):
        assert not is_url_from_allowed_origins(origin)
        tried()
    assert is_url_from_allowed_origins("http://localhost:8501") and asked == []


def test_a_server_that_starts_without_a_browser_does_not_ask_for_its_address(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(requests, "get", lambda url, **_: asked.append(url))
    monkeypatch.setattr(net_util, "_external_ip", None)
    options = {name: config.get_option(name) for name in ("server.address", "server.headless")}
    try:
        config.set_option("server.address", "0.0.0.0")
        config.set_option("server.headless", True)
        bootstrap._print_url(False)
    finally:
        for name, value in options.items():
            config.set_option(name, value)
    assert "http://localhost:" in capsys.readouterr().out and asked == []
