"""Whether a visitor sits at the machine itself: only they may name its files."""

import pytest
import streamlit as st

from lessons.ui.visit import here


@pytest.mark.parametrize(
    ("address", "headers", "is_here"),
    [
        (None, {}, True),
        ("127.0.0.1", {}, True),
        ("::ffff:127.0.0.1", {"Host": "localhost"}, True),
        ("::1", {}, True),
        ("192.0.2.7", {}, False),
        ("::ffff:192.0.2.7", {}, False),
        ("2001:db8::1", {}, False),
        ("nonsense", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, False),
        (None, {"Forwarded": "for=192.0.2.7"}, False),
    ],
)
def test_who_sits_at_the_machine_itself(monkeypatch, address, headers, is_here):
    monkeypatch.setattr(type(st.context), "ip_address", address)
    monkeypatch.setattr(type(st.context), "headers", headers)
    assert here() == is_here
