"""Pages, asked by addresses and values of widgets that no browser sends: each runs to its end, and shows no error of
its program."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.strange import addressed, queries, values
from tests.fuzz.visits import PAGES, Visit, no_workers
from tests.fuzz.watching import in_time
from tests.reliability import more


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    with no_workers():
        yield


@pytest.mark.reliability("bad input", "The query string of a page's address")
@settings(max_examples=more(5, 10_200))
@given(data=st.data(), path=st.sampled_from(PAGES))
def test_query_strings(data, path, tried):
    with in_time():
        Visit(path, data.draw(queries(path)))
    tried()


sent = st.lists(st.tuples(st.integers(0, 10_000), values()), min_size=1, max_size=6)


@pytest.mark.reliability("bad input", "A widget's value that no browser sends, of any type, for any widget or none")
@settings(max_examples=more(2, 600))
@given(path=st.sampled_from(PAGES), messages=st.lists(sent, min_size=1, max_size=4))
def test_values_of_widgets(path, messages, tried):
    visit = Visit(path, "guess=skip")
    for message in messages:
        with in_time():
            visit.run(*(addressed(place, visit.widgets, value) for place, value in message))
        tried(len(message))
