"""The glossary: every term has its place, and texts lead there."""

import re

import pytest

from lessons.catalog import HOME, LESSONS
from lessons.text import sections, terms

LINK = re.compile(r'\[([^\]]+)\]\(/glossary#([a-z0-9-]+) "([^"]+)"\)')


def linked(text: str) -> list[tuple[str, ...]]:
    return LINK.findall(terms.explained(text))


def test_a_term_is_explained_where_it_stands_first():
    said = linked("The logits of a student are like logits of a teacher, before softmax.")
    assert [name for name, *_ in said] == ["logits", "softmax"]
    assert said[0][1:] == ("logit", terms.glossary()["logit"])


def test_the_longest_name_counts_and_parts_of_words_do_not():
    assert [name for name, *_ in linked("a non-sparse, Per-tensor one")] == []
    assert [name for name, *_ in linked("with quantization-aware training")] == ["quantization-aware training"]
    assert linked("pruning-free, unpruned, DRAMs, 12:4") == []


@pytest.mark.parametrize(
    "text",
    [
        "`logits`",
        "$\\text{logits}$",
        "$$\nlogits\n$$",
        "[logits](/lora)",
        "## The logits",
        ":green-badge[logits]",
        "**Logits and logits**",
        "Introduced here: **logits**. Then logits again.",
        "<span title='logits'>",
    ],
)
def test_formulas_code_links_headings_and_what_is_bold_are_left_alone(text):
    assert terms.explained(text) == text


def test_every_term_has_a_place_of_its_own_and_is_said_in_two_sentences():
    places = [terms.anchor(term) for term in terms.glossary()]
    assert len(places) == len(set(places)) >= 60
    for term, text in terms.glossary().items():
        assert 5 <= len(text.split()) <= 45, term
        assert text.endswith((".", "2021).", "2022).")), term
    assert set(terms.EVERYWHERE) <= set(terms.names())


@pytest.mark.parametrize("lesson", [HOME, *LESSONS], ids=lambda lesson: lesson.path)
def test_every_link_of_a_text_leads_to_a_term(lesson):
    found = [link for text in sections(lesson.path).values() for link in linked(text)]
    assert all(place == terms.anchor(terms.names()[name]) for name, place, _ in found)
    assert found or lesson == HOME


def test_words_that_a_newcomer_stumbles_over_are_there():
    for term in ("depthwise", "nats", "TDP", "PUE", "logits", "prefill", "decode", "KV cache", "perplexity"):
        assert term in terms.names()
