"""Somebody else's text, to be shown as it is: in a file's name, a setting's, an error that repeats either.

Streamlit reads what it shows as Markdown, in which such a text could place an image, and with it call another host.
"""

import re

MARKS = re.compile(r"[\\`*_{}\[\]<>#|~$&^]")
BEGINS = re.compile(r"^(?=[-+=])|^(\d+)(?=[.)](?:\s|$))")  # a list, a rule
PARTED = re.compile(r":(?=\S)|@|(?<=www)(?=\.)|(?<=[-<>~])(?=[-=>])", re.IGNORECASE)  # bare links, emojis, mail, arrows
JOINER = "\u2060"  # takes no room and is no letter: what stands before and after it is no link


def plain(text: str) -> str:
    """Markdown that shows this text, in one line, and nothing else."""
    line = PARTED.sub(rf"\g<0>{JOINER}", " ".join(text.split()))
    return BEGINS.sub(r"\1\\", MARKS.sub(r"\\\g<0>", line))
