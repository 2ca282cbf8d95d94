"""Has Streamlit ask no other machine for this server's address.

Streamlit 1.67 asks a service on the internet for it whenever a page from elsewhere wants to connect, to compare it with
that page's. All readers wait meanwhile: without the internet, seconds for each such request.
"""

from streamlit import net_util


def ask_nobody() -> None:
    """Have this server know no address of its own on the internet. Called once, before it starts."""
    net_util.get_external_ip = lambda: None
