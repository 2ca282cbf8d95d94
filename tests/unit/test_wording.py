"""Docstrings, comments and texts use the field's words."""

from tests.wording import IN_TEXTS, INSTEAD, found, main, spoken, written

SAMPLE = '''
def adapt(x):
    """Trains two thin
    matrices beside x."""
    return "thin matrices"  # too dear
'''
TEXT = "## idea\nOne ruler for all.\n\n## files\nPoints are lost,\ntwo points\nof accuracy.\n"


def test_a_word_is_found_where_it_is_said_and_not_where_a_reader_sees_it():
    assert [(line, word) for line, word, _ in found(spoken(SAMPLE))] == [(3, "thin matri"), (5, "dear")]


def test_in_a_text_it_is_found_across_lines_and_its_section_is_named():
    assert [(line, word) for line, word, _ in found(written(TEXT), INSTEAD | IN_TEXTS)] == [
        (1, "ruler"),
        (4, "two points of accuracy"),
    ]


def test_in_a_talk_its_state_is_named():
    assert [line for line, *_ in found(written("title: a\n- lesson: b\n- lesson: c\n  says: a giant\n"))] == [3]


def test_the_house_says_none_of_them():
    assert main() == 0
