"""What a running server lets in: requests for its own names, over HTTP and over WebSocket."""

import http.client
from urllib.parse import urlsplit

import pytest

from lessons.hosts import MISDIRECTED

OPENS = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def status(address: str, path: str, host: str, **headers: str) -> int:
    at = urlsplit(address)
    asking = http.client.HTTPConnection(at.hostname, at.port, timeout=20)
    asking.request("GET", path, headers={"Host": f"{host}:{at.port}"} | headers)
    found = asking.getresponse().status
    asking.close()
    return found


@pytest.mark.parametrize("path", ["/", "/quantization", "/_stcore/health", "/_stcore/host-config", "/_stcore/stream"])
def test_a_page_of_the_internet_that_names_this_machine_its_own_is_refused(address, path):
    opens = OPENS if path.endswith("stream") else {}
    assert status(address, path, "rebound.example", **opens) in (MISDIRECTED, 403)
    for host in ("localhost", "127.0.0.1"):
        assert status(address, path, host, **opens) == (101 if opens else 200)


def test_nor_may_a_page_from_elsewhere_open_a_stream(address):
    assert status(address, "/_stcore/stream", "localhost", Origin="http://rebound.example", **OPENS) == 403
