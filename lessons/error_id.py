"""The id of an error: a reader is told it, and it stands in the log with what happened."""

import uuid

SIGNS = 8  # of an id: enough that none comes twice in a log


def new_error_id() -> str:
    """An id that nothing else has."""
    return uuid.uuid4().hex[:SIGNS]


def error_id(error: BaseException) -> str:
    """The id of an exception; always the same one."""
    if not hasattr(error, "error_id"):
        error.error_id = new_error_id()
    return error.error_id
