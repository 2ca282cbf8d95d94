"""Addresses that a class can be led to: pages of this app and their settings, and nothing else."""

import re
from urllib.parse import parse_qsl, urlencode

from lessons.catalog import HOME, LESSONS, REFERENCE
from lessons.classroom.limits import LEADS
from lessons.classroom.refusal import WORDS, Refused

SETTING = re.compile(r"[a-z][a-z0-9_]{0,40}")
ONES_OWN = {"present", "talk", "at", "speaker", "guess"}  # what is the speaker's alone: the stage, and an answer
MOST = 40  # settings


def checked(address: str) -> str:
    """An address without what is the speaker's alone. Raises Refused where it leads out of this app."""
    path, _, query = address[: LEADS + 1].partition("?")
    pages = {page.path for page in (HOME, *LESSONS, *REFERENCE)} - {HOME.path} | {""}
    settings = parse_qsl(query, keep_blank_values=True, max_num_fields=10 * MOST)
    odd = [name for name, value in settings if not SETTING.fullmatch(name) or not value.isprintable()]
    if len(address) > LEADS or path not in pages or odd or len(settings) > MOST:
        raise Refused(WORDS("no address", most=LEADS))
    kept = urlencode([(name, value) for name, value in settings if name not in ONES_OWN])
    return f"{path}?{kept}" if kept else path
