"""Writing into the address: only what changes, for each write sends all of it."""

import pytest
import streamlit as st

from lessons.ui.state import url_write


class Address(dict):
    """An address that counts how often it was sent to the browser."""

    sent = 0

    def __setitem__(self, name, value):
        self.sent += 1
        super().__setitem__(name, value)

    def __delitem__(self, name):
        self.sent += 1
        super().__delitem__(name)


@pytest.fixture
def address(monkeypatch) -> Address:
    address = Address(guess="2")
    monkeypatch.setattr(st, "query_params", address)
    return address


@pytest.mark.parametrize(
    ("name", "value", "sent"), [("guess", "2", 0), ("guess", "3", 1), ("guess", None, 1), ("model", None, 0)]
)
def test_only_a_change_is_sent(address, name, value, sent):
    url_write.write(name, value)
    assert address.get(name) == value
    assert address.sent == sent
