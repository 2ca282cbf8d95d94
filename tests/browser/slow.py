"""A slow network: what a browser and a server send each other takes a while, though nothing gets lost."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


@contextmanager
def delayed(address: str, seconds: float) -> Iterator[str]:
    """An address at which a server answers, with so much between sending and arriving, each way."""
    there, port, over = urlsplit(address), Future(), Future()

    async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        later = asyncio.get_running_loop().call_later
        while (some := await source.read(2**16)) and not target.is_closing():
            later(seconds, target.write, some)
        later(seconds, target.close)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(there.hostname, there.port)
        with suppress(asyncio.CancelledError, ConnectionError):
            await asyncio.gather(carry(reader, far_writer), carry(far_reader, writer))

    async def serve() -> None:
        listening = await asyncio.start_server(accept, "127.0.0.1", 0)
        port.set_result(listening.sockets[0].getsockname()[1])
        await asyncio.wrap_future(over)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        yield f"http://127.0.0.1:{port.result(10)}"
    finally:
        over.set_result(None)
        thread.join()
