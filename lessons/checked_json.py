"""JSON of people one does not know: nothing but what can be written again, and sent to a browser."""

import json
from typing import Any


def loads(text: str | bytes) -> Any:
    """What a text says. Raises ValueError for what is no JSON or too deep, and for what Python reads all the same:
    infinity, NaN, and halves of characters (lone surrogates), which no encoding can write."""
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("too deep") from None
    return found
