"""What a stranger may write, and what must not come of it."""

import re

EVIL = "![x](http://evil.example/x.png) <b> $x$ :smile: [l](http://evil.example)"
LINK = re.compile(r"https?://|ftp://|www\.|[\w.+-]+@[\w-]+\.", re.IGNORECASE)  # made a link though nothing says so
STREAMLIT = re.compile(r":[\w+/-]+:|:\w+\[|(?<!\\)\$")  # an emoji or icon, a colour, mathematics
