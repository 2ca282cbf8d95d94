"""What lets somebody in: the code of a class, which all in it know, and tokens, which one browser has."""

import hashlib
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read as something else: no 0, O, 1, I, L
LENGTH = 8  # characters: 31^8 codes, so that of 500 classes one in two billion guesses finds one


def new_code() -> str:
    """A code that nobody guesses."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(text: str) -> str | None:
    """The code that somebody typed, in letters of either case, perhaps with spaces or hyphens; None for none."""
    code = "".join(text[:40].upper().replace("-", " ").split())
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def new_token() -> str:
    """A token, of 256 bits."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is kept of a token: it has too many bits to be found from that."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
