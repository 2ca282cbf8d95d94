"""Keeps what a browser is still to be sent when a part of its page is drawn again.

Streamlit 1.67 drops it then, for the new drawing is to replace it. Where that drawing ends before it has drawn, because
it has another part drawn instead, a block is missing for good: the browser fails with "Bad delta path", and the page is
white. That happens on a busy server, where messages wait. To send the old drawing, too, costs some bytes.
"""

from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

_clear = ForwardMsgQueue.clear


def keep() -> None:
    """Have Streamlit keep it. Called once, before the server starts."""
    ForwardMsgQueue.clear = clear


def clear(
    queue: ForwardMsgQueue, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None
) -> None:
    """Clear the messages of a session as Streamlit does where all of a page is drawn again; where a part is, keep them
    all, and let what it draws stand behind them."""
    if fragment_ids_this_run is None:
        _clear(queue, retain_lifecycle_msgs)
    else:
        queue._delta_index_map = {}
