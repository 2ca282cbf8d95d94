"""What a URL asks for: nonsense is named, never believed, never echoed as markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.experiment import BadExperiment, Trained
from lessons.ui.state import model_link
from lessons.ui.state.knob import Knob, complaints, short

BITS = Knob("bits", "Bits", ("1", "2", "fp32"), default="2")
values = st.lists(st.text(max_size=200) | st.sampled_from(BITS.options), max_size=3)


def test_what_a_knob_can_be_is_taken_without_a_word():
    assert complaints({"bits": ["fp32"], "embed": ["true"], "trained": ["seed1"]}, [BITS], ["trained"]) == []


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ({"bits": ["999"]}, "`bits=999` is not possible; using 2."),
        ({"bits": ["2.0"]}, "`bits=2.0` is not possible; using 2."),
        ({"bits": ["٢"]}, "`bits=٢` is not possible; using 2."),
        ({"bits": [""]}, "`bits=` is not possible; using 2."),
        ({"bits": ["1", "2"]}, "`bits` is given 2 times; using 2."),
        ({"abc": [""]}, "`abc` is not a setting of this page."),
        ({"bits": ["`<b>"]}, "`bits=··b·` is not possible; using 2."),
    ],
)
def test_what_it_cannot_be_is_named(query, complaint):
    assert complaints(query, [BITS]) == [complaint]


@given(st.dictionaries(st.sampled_from(["bits", "trained", "embed"]) | st.text(max_size=200), values, max_size=20))
def test_any_query_is_answered_in_short_plain_sentences(query):
    said = complaints(query, [BITS], ["trained"])
    assert len(said) <= len(query)
    for sentence in said:
        assert len(sentence) < 160
        assert sentence.count("`") in (0, 2)
        assert not set("<>[]*\n$:").intersection(sentence)


@given(values)
def test_no_complaint_means_the_value_is_one_of_the_options(given_values):
    if not complaints({"bits": given_values}, [BITS]):
        assert len(given_values) == 1
        assert given_values[0] in BITS.options


def test_long_texts_are_cut():
    assert short("a" * 10_000) == "a" * 40 + "…"


sources = st.builds(
    Trained,
    seed=st.integers(0, 999_999),
    epochs=st.integers(1, 20),
    stopped_at=st.none() | st.integers(1, 160),
    data=st.sampled_from(["bundled", "full"]),
)


@given(sources)
def test_a_link_names_the_model_it_was_made_from(source):
    assert model_link.from_text(model_link.to_text(source)) == source


@given(st.text(max_size=30) | st.from_regex(model_link.PATTERN, fullmatch=True))
def test_any_link_is_read_or_refused(text):
    try:
        assert model_link.to_text(model_link.from_text(text)) == text
    except BadExperiment:
        assert model_link.complaints([text])


@pytest.mark.parametrize("text", ["seed1.full", "seed1.step161"])
def test_a_link_that_names_a_model_of_clothes_may_name_none_of_digits(text):
    assert not model_link.complaints([text])
    assert model_link.complaints([text], "digits")


@pytest.mark.parametrize(
    "text", ["seed1.step999999", "seed01", "seed1.epochs5", "seed1.epochs0", "seed1.step0", "seed1 "]
)
def test_links_that_name_nothing_or_name_it_twice_over_are_refused(text):
    with pytest.raises(BadExperiment):
        model_link.from_text(text)
