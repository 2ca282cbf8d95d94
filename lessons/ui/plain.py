"""Somebody else's text, to be shown as it is: in a file's name, a setting's, an error that repeats either.

Streamlit reads what it shows as Markdown, in which such a text could place an image, and with it call another host.
"""

import re

MARKS = re.compile(r"[\\`*_{}\[\]<>#|~$&^]")
BEGINS = re.compile(r"^(?=[-+=])|^(\d+)(?=[.)](?:\s|$))")  # a list, a rule
CALLS = re.compile(
    r":(?=\S)|@|(?<=www)(?=\.)", re.IGNORECASE
)  # links without brackets, names of emojis, mail addresses
JOINER = "\u2060"  # takes no room and is no letter: what stands before and after it is no link


def plain(text: str) -> str:
    """Markdown that shows this text, in one line, and nothing else."""
    line = MARKS.sub(r"\\\g<0>", " ".join(text.split()))
    return CALLS.sub(rf"\g<0>{JOINER}", BEGINS.sub(r"\1\\", line))
