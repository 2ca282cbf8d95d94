"""Whatever somebody types as a nickname, what others see is short plain text in one line."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.classroom.nickname import LONGEST, cleaned, hurts, numbered
from lessons.classroom.refusal import Refused
from lessons.one_line import MARKS

ZALGO = "Z" + "\u0301\u0302\u0303\u0304\u0305\u0306" * 20 + "o"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Ada\t Lovelace\n", "Ada Lovelace"),
        ("", ""),
        ("\u200b\u2060\ufeff", ""),
        ("\u202egnp.exe", "gnp.exe"),  # else the line runs the other way
        ("\u2067Ada\u2069", "Ada"),
        ("A\x00d\x1b[31ma", "Ad[31ma"),
        ("\u3164\u2800", ""),
        ("A\u030a", "Å"),
        (ZALGO, unicodedata.normalize("NFC", ZALGO)[: 1 + MARKS] + "o"),
        ("\u0301\u0302", ""),
        ("محمد", "محمد"),
        ("हिन्दी", "हिन्दी"),
        ("<script>alert(1)</script>", "<script>alert(1)</script"),
        ("[x](javascript:1)", "[x](javascript:1)"),
        ("$\\input{/etc/passwd}$", "$\\input{/etc/passwd}$"),
        ("x" * 10_000, "x" * LONGEST),
    ],
)
def test_a_nickname_is_plain_text(typed, shown):
    assert cleaned(typed) == shown


@settings(max_examples=30)
@given(st.text(max_size=60))
def test_no_nickname_is_long_or_holds_what_is_not_seen(typed):
    try:
        shown = cleaned(typed)
    except Refused:
        return
    assert len(shown) <= LONGEST and shown == shown.strip()
    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    "typed",
    ["shit", "5h1t", "f u c k", "F.U.C.K", "fuuuuck", "xXfuckXx", "fu\u0441k", "𝓯𝓾𝓬𝓴", "fu\u200bck", "Schei$$e"],
)
def test_a_word_that_hurts_is_refused_however_it_is_spelled(typed):
    with pytest.raises(Refused, match="another nickname"):
        cleaned(typed)


@pytest.mark.parametrize("name", ["Cassandra", "Yoshito", "Niger", "Hancock", "Assam", "Dick", "Scunthorpe", "Jude"])
def test_a_name_that_only_holds_such_a_word_is_not(name):
    assert not hurts(name)


def test_of_two_with_one_nickname_the_second_is_numbered():
    assert numbered("Ada", ["Bob"]) == "Ada"
    assert numbered("Ada", ["ada", "Äda"]) == "Ada 2"
    assert numbered("Ada", ["Ada", "Ada 2"]) == "Ada 3"
    assert numbered("A" * LONGEST, ["A" * LONGEST]) == "A" * (LONGEST - 4) + " 2"
    assert numbered("", ["", ""]) == ""
