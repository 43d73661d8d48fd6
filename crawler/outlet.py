"""The browser's only way out: a proxy on loopback that looks at every address before it connects.

A page in a browser may ask for anything, by scripts and by redirects that no hook of the browser tells of. Here all of it
passes one place, which resolves a name, checks the addresses and connects to one that it has checked: what a name means
cannot change in between.
"""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from contextlib import suppress
from socket import SOCK_STREAM
from typing import Self
from urllib.parse import urlsplit

# Heads of requests are a few hundred bytes; browsers themselves stop at 256 KB.
_LONGEST_HEAD = 64 * 1024
_PIECE = 64 * 1024
_REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"
# They speak of one connection, which here ends with one answer.
_HOP = (b"connection:", b"proxy-", b"keep-alive:", b"upgrade:")

MayConnect = Callable[[str, int, str], bool]


class Outlet:
    """An HTTP proxy for ``http:`` and, by CONNECT, anything else.

    ``may_connect`` is asked with host, port and each IP address of the host; a connection is made to the first address
    that it allows. ``largest`` is how many bytes one connection may bring, ``seconds`` how long it may last.
    """

    def __init__(self, may_connect: MayConnect, *, largest: int, seconds: float) -> None:
        self._may_connect = may_connect
        self._largest = largest
        self._seconds = seconds

    async def open(self) -> Self:
        """Begin to listen, on a free port of loopback."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_LONGEST_HEAD)
        return self

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        # Whatever goes wrong on the way costs this connection, and the browser sees it end.
        with suppress(OSError, ValueError, EOFError, TimeoutError, asyncio.LimitOverrunError):
            async with asyncio.timeout(self._seconds):
                await self._pass_on(reader, writer)
        writer.close()

    async def _pass_on(self, reader: StreamReader, writer: StreamWriter) -> None:
        line, fields = await _head(reader)
        method, target, _ = line.split(b" ")
        tunnel = method == b"CONNECT"
        parts = urlsplit(f"//{target.decode('ascii')}" if tunnel else target.decode("ascii"))
        port = parts.port or 80
        address = await self._address(parts.hostname or "", port) if tunnel or parts.scheme == "http" else None
        if address is None:
            writer.write(_REFUSED)
            await writer.drain()
            return
        from_host, to_host = await asyncio.open_connection(address, port, limit=_LONGEST_HEAD)
        try:
            if tunnel:
                writer.write(_CONNECTED)
                await self._both_ways(reader, to_host, from_host, writer)
                return
            path = parts._replace(scheme="", netloc="").geturl().encode("ascii") or b"/"
            to_host.write(_lines(b"%b %b HTTP/1.1" % (method, path), fields))
            lengths = [int(field.partition(b":")[2]) for field in fields if field.lower().startswith(b"content-length:")]
            if lengths:
                to_host.write(await reader.readexactly(min(lengths[0], self._largest)))
            # The browser must not ask for more on this connection: it would come to this host unseen.
            writer.write(_lines(*await _head(from_host)))
            await _pour(from_host, writer, self._largest)
        finally:
            to_host.close()

    async def _both_ways(self, reader: StreamReader, to_host: StreamWriter, from_host: StreamReader, writer: StreamWriter) -> None:
        sent = asyncio.ensure_future(_pour(reader, to_host, self._largest))
        try:
            await _pour(from_host, writer, self._largest)
        finally:
            sent.cancel()

    async def _address(self, host: str, port: int) -> str | None:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=SOCK_STREAM)
        return next((str(place[0]) for *_, place in found if self._may_connect(host, port, str(place[0]))), None)


async def _head(reader: StreamReader) -> tuple[bytes, list[bytes]]:
    """First line and fields of a message."""
    first, *fields = (await reader.readuntil(b"\r\n\r\n")).removesuffix(b"\r\n\r\n").split(b"\r\n")
    return first, fields


def _lines(first: bytes, fields: list[bytes]) -> bytes:
    """A head that says that the connection ends with this message."""
    return b"\r\n".join([first, *(field for field in fields if not field.lower().startswith(_HOP)), b"Connection: close", b"", b""])


async def _pour(reader: StreamReader, writer: StreamWriter, most: int) -> None:
    """Pass on what comes, up to its end or so many bytes."""
    with suppress(OSError):
        while most > 0 and (piece := await reader.read(_PIECE)):
            most -= len(piece)
            writer.write(piece)
            await writer.drain()
