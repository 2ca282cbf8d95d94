"""Whether a visitor sits at the machine itself: only they may name its files."""

import pytest
import streamlit as st

from lessons.ui.state import visit
from lessons.ui.state.visit import here, may_open_files


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
        ("127.0.0.1", {"host": "127.0.0.1:8501"}, True),
        ("::1", {"Host": "[::1]:8501"}, True),
        ("127.0.0.1", {"Host": "rebound.example:8501"}, False),
        ("127.0.0.1", {"Host": "localhost.rebound.example"}, False),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, False),
        (None, {"Forwarded": "for=192.0.2.7"}, False),
    ],
)
def test_who_sits_at_the_machine_itself(monkeypatch, address, headers, is_here):
    monkeypatch.setattr(type(st.context), "ip_address", address)
    monkeypatch.setattr(type(st.context), "headers", headers)
    assert here() == is_here


@pytest.mark.parametrize(
    ("variable", "address", "listens", "may"),
    [
        ("1", "127.0.0.1", "127.0.0.1", True),
        ("1", "::1", "::1", True),
        ("1", "127.0.0.1", "localhost", True),
        (None, "127.0.0.1", "127.0.0.1", False),
        ("0", "127.0.0.1", "127.0.0.1", False),
        ("", None, "127.0.0.1", False),
        ("1", "192.0.2.7", "127.0.0.1", False),
        ("1", "127.0.0.1", "0.0.0.0", False),
        ("1", "127.0.0.1", "::", False),
        ("1", "127.0.0.1", "", False),
        ("1", "127.0.0.1", None, False),
        ("1", "127.0.0.1", "192.0.2.7", False),
        ("1", "127.0.0.1", "unix:///run/ants", False),
    ],
)
def test_files_may_be_named_where_that_is_said_and_by_who_sits_here(monkeypatch, variable, address, listens, may):
    monkeypatch.setattr(st, "get_option", {"server.address": listens}.get)
    monkeypatch.delenv(visit.LOCAL_FILES, raising=False)
    if variable is not None:
        monkeypatch.setenv(visit.LOCAL_FILES, variable)
    monkeypatch.setattr(type(st.context), "ip_address", address)
    monkeypatch.setattr(type(st.context), "headers", {})
    assert may_open_files() == may
