"""No more knobs than a reader can take in: the rest waits under *More*."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1.element_tree import Block, Widget

from lessons.catalog import LESSONS
from lessons.ui.layout.predict import CHOSEN
from tests.pages.reader import link

KNOBS = ("button_group", "selectbox", "select_slider", "slider", "text_input")
FOLDS = ("popover", "expandable")


def on_view(block: Block) -> Iterator[Widget]:
    """The knobs of a part of a page that no fold hides."""
    for each in block.children.values():
        if isinstance(each, Block):
            yield from () if each.type in FOLDS else on_view(each)
        elif isinstance(each, Widget) and each.type in KNOBS and each.key:
            yield each


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.path)
def test_at_most_four_knobs_are_on_view_in_each_part(lesson):
    page = link(lesson.path).run()
    tabs = [knob for knob in on_view(page.main) if knob.key.endswith("_part")]
    for part in [option.content for tab in tabs for option in tab.proto.options] or [""]:
        shown = link(lesson.path, **({tabs[0].key: part} if part else {})).run()
        assert not shown.exception
        seen = {knob.key for knob in on_view(shown.main)} - {CHOSEN, *(tab.key for tab in tabs)}
        assert 1 <= len(seen) <= 4, (part, seen)
