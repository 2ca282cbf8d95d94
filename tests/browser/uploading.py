"""Sends files to a server as a browser does."""

import asyncio
import http.client
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

from streamlit.proto.Common_pb2 import FileUploaderState, FileURLs, UploadedFileInfo

from tests.browser.visitor import Visitor

BOUNDARY = "a-boundary"
COOKIE = "_streamlit_xsrf"
PLACE = "/_stcore/upload_file"


class Answered(NamedTuple):
    """How a server answered."""

    status: int
    said: str
    file: str  # the id of the file


def upload(
    address: str, session: str, data: bytes, name: str = "file.json", said_size: bool = True, **headers: str
) -> Answered:
    """Send a file for a session. `said_size`: whether the request says how large it is; `headers`: instead of its
    own."""
    asking, file = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60), str(uuid.uuid4())
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
    body = head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = _headers(asking) | headers
    if not said_size:
        body, headers["Transfer-Encoding"] = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body), "chunked"
    asking.request("PUT", f"{PLACE}/{session}/{file}", body, headers)
    status, said, _ = _read(asking)
    asking.close()
    return Answered(status, said, file)


@contextmanager
def begun(address: str, session: str, size: int) -> Iterator[None]:
    """Begin to send a file of so many bytes, of which only the first arrive; at the end the connection is lost."""
    asking = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    headers = _headers(asking)
    asking.putrequest("PUT", f"{PLACE}/{session}/{uuid.uuid4()}")
    for name, value in (headers | {"Content-Length": str(size)}).items():
        asking.putheader(name, value)
    asking.endheaders(f"--{BOUNDARY}\r\n".encode())
    time.sleep(0.2)  # the server has begun, too
    yield
    asking.close()


async def give(visitor: Visitor, address: str, data: bytes, name: str) -> str:
    """Give a file to the field for files on a visitor's page, and wait until the page has run with it; its id."""
    found = await asyncio.to_thread(upload, address, visitor.session, data, name)
    assert found.status == 204, found
    await name_file(visitor, found.file, name, len(data))
    return found.file


async def name_file(visitor: Visitor, file: str, name: str, size: int) -> None:
    """Tell a page that a file with this id was given to its field, and wait until it has run."""
    urls = FileURLs(file_id=file, upload_url=f"{PLACE}/{visitor.session}/{file}")
    info = UploadedFileInfo(file_id=file, name=name, size=size, file_urls=urls)
    await visitor.set("file_uploader", file_uploader_state_value=FileUploaderState(uploaded_file_info=[info]))


def _headers(asking: http.client.HTTPConnection) -> dict[str, str]:
    asking.request("GET", "/_stcore/health")
    (cookie,) = (each for each in _read(asking)[2] if each.startswith(COOKIE))
    token = cookie.split(";")[0].partition("=")[2]
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return {"Cookie": f"{COOKIE}={token}", "X-Xsrftoken": token, "Content-Type": kind}


def _read(asking: http.client.HTTPConnection) -> tuple[int, str, list[str]]:
    answer = asking.getresponse()
    return answer.status, answer.read().decode(), answer.headers.get_all("Set-Cookie", [])
