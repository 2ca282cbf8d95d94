"""Docstrings and comments use the field's words."""

from tests.wording import found, main

SAMPLE = '''
def adapt(x):
    """Trains two thin
    matrices beside x."""
    return "thin matrices"  # too dear
'''


def test_a_word_is_found_where_it_is_said_and_not_where_a_reader_sees_it():
    assert [(line, word) for line, word, _ in found(SAMPLE)] == [(3, "thin matri"), (5, "dear")]


def test_the_house_says_none_of_them():
    assert main() == 0
