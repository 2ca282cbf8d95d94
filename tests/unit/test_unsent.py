"""What waits to be sent to a browser is sent, also when a part of its page is drawn again meanwhile."""

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from lessons.serving import unsent

LAB, INSIDE = "lab", "a part inside"


def drawn(*place: int, fragment: str, text: str = "") -> ForwardMsg:
    """A block, or where there is a text, an element."""
    message = ForwardMsg()
    message.metadata.delta_path[:] = place
    message.delta.fragment_id = fragment
    if text:
        message.delta.new_element.markdown.body = text
    else:
        message.delta.add_block.allow_empty = True
    return message


@pytest.fixture
def waiting() -> ForwardMsgQueue:
    """A lab, and a part inside it, that a browser is still to be sent."""
    queue = ForwardMsgQueue()
    queue.enqueue(drawn(0, 8, fragment=LAB))
    queue.enqueue(drawn(0, 8, 0, fragment=LAB, text="old"))
    queue.enqueue(drawn(0, 8, 1, fragment=INSIDE))
    return queue


def places(queue: ForwardMsgQueue) -> list[tuple[int, ...]]:
    return [tuple(message.metadata.delta_path) for message in queue.flush()]


@pytest.mark.reliability("faults", "A part is drawn again while the server has not sent the page yet, and ends at once")
def test_no_part_is_sent_without_the_block_around_it(waiting, tried):
    unsent.clear(waiting, True, [LAB])
    assert places(waiting) == [(0, 8), (0, 8, 0), (0, 8, 1)]
    tried()


def test_streamlit_itself_still_sends_it_without(waiting):
    unsent._clear(waiting, True, [LAB])  # where this fails, Streamlit has put it right: `unsent` can go
    assert places(waiting) == [(0, 8, 1)]


def test_a_new_drawing_stands_behind_the_old(waiting):
    unsent.clear(waiting, True, [LAB])
    waiting.enqueue(drawn(0, 8, 0, fragment=LAB, text="new"))
    assert places(waiting) == [(0, 8), (0, 8, 0), (0, 8, 1), (0, 8, 0)]


def test_where_all_of_a_page_is_drawn_again_what_waits_goes(waiting):
    unsent.clear(waiting, True)
    assert places(waiting) == []


def test_it_takes_the_place_of_streamlits(monkeypatch):
    monkeypatch.setattr(ForwardMsgQueue, "clear", unsent._clear)
    unsent.keep()
    assert ForwardMsgQueue.clear is unsent.clear
