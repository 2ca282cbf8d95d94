"""What a stranger wrote is shown as it is, whatever Markdown it would be."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from markdown_it import MarkdownIt

from lessons.ui.layout.plain import JOINER, plain
from tests.unit.strangers import EVIL, LINK, STREAMLIT

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ARROW = re.compile("->|<-|--|>=|<=|~=")  # made one sign
MARKUP = some.text("!()[]<>`*_~$#|&^{}\\:/@.-+=1a\n \"'\t", max_size=60)


def shown(markdown: str) -> str:
    """The text of the one paragraph a Markdown is. Fails where there is anything else in it."""
    open_, inline, close = READER.parse(markdown)
    assert (open_.type, inline.type, close.type) == ("paragraph_open", "inline", "paragraph_close")
    assert {each.type for each in inline.children} <= {"text"}
    return "".join(each.content for each in inline.children)


@pytest.mark.parametrize(
    "text",
    [
        EVIL, "# title", "- item", "+ item", "1. item", "23) item", "= = =", "---", "> said", "| a | b |\n|---|---|",
        "`code`", "``", "a_b_c *d* **e**", "~~gone~~", "<http://evil.example>", "http://evil.example/x",
        "HTTPS://evil.example", "www.evil.example", "WWW.evil.example", "me@evil.example", ":material/home:",
        ":red[x]", ":red-badge[x]", "$$x$$", "&lt;b&gt;", "a\\", "a  \nb", "[^1]: note", "[a]: http://evil.example",
        "<!-- x -->", "<script>alert(1)</script>", "    code", "\u2028# x", "a -> b <- c <-> d -- e >= f <= g ~= h",
    ],
)  # fmt: skip
def test_markdown_is_shown_and_not_obeyed(text):
    found = plain(text)
    assert shown(found).replace(JOINER, "") == " ".join(text.split())
    assert not LINK.search(shown(found))
    assert not STREAMLIT.search(found)
    assert not ARROW.search(shown(found))


@given(some.text(max_size=80) | MARKUP)
@example(EVIL)
def test_any_text_is_one_paragraph_of_itself(text):
    wanted = " ".join(text.replace("\0", "").split())
    found = plain(text.replace("\0", ""))
    assert (shown(found).replace(JOINER, "") if wanted else found) == wanted.replace(JOINER, "")
    assert not LINK.search(found)


def test_ordinary_words_stay_as_they_are():
    for words in (
        "it stands beside q, k; this app knows 3 of them",
        "an error: what to do",
        "8.5 % (at most)",
        "5-6 of them",
    ):
        assert plain(words) == words
