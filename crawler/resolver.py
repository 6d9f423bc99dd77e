"""Names to addresses without ever holding up another host.

`getaddrinfo` blocks for as long as the system's resolver likes. Twisted's own pool has ten
threads that are joined at exit: ten names with a dead name server would stop every other host, and
hold up the end of the program. Here each name has at most one (daemon) thread, waiting has a limit,
and nobody waits for the thread itself.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer

Lookup = Callable[[str], Sequence[str]]
"""A blocking look-up: name to literal addresses, best first; raises OSError."""

LOOKUP_LIMIT = 10.0
"""Seconds a request waits for its name; DNS counts as part of connecting."""
_MAX_THREADS = 256
_KEEP_SECONDS = 60.0
_KEEP_NAMES = 4096


def system_lookup(name: str) -> list[str]:
    """Ask the system, both families, without families this machine has no address of."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Resolver:
    """Looks names up in daemon threads, one a name, and keeps answers for a minute.

    Failures are not kept. To be used on the loop it was made on.
    """

    def __init__(self, lookup: Lookup = system_lookup, limit: float | None = None) -> None:
        self._lookup = lookup
        self._limit = LOOKUP_LIMIT if limit is None else limit
        self._loop = asyncio.get_running_loop()
        self._running: dict[str, asyncio.Future[tuple[str, ...]]] = {}
        self._known: OrderedDict[str, tuple[float, tuple[str, ...]]] = OrderedDict()

    async def addresses(self, name: str) -> tuple[str, ...]:
        """The literal addresses of a name, best first; empty where there are none.

        Raises TimeoutError when no answer came within the limit.
        """
        literal = _literal(name)
        if literal is not None:
            return (literal,)
        key = name.lower().rstrip(".")
        known = self._known.get(key)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        future = self._running.get(key)
        if future is None:
            future = self._begin(key)
        # shielded: one request's time-out must not take the answer from the others
        return await asyncio.wait_for(asyncio.shield(future), self._limit)

    def _begin(self, name: str) -> asyncio.Future[tuple[str, ...]]:
        future: asyncio.Future[tuple[str, ...]] = self._loop.create_future()
        if len(self._running) >= _MAX_THREADS:
            # every thread is stuck in a name server: this one would be, too
            future.set_result(())
            return future
        self._running[name] = future
        threading.Thread(target=self._work, args=(name,), name="dns", daemon=True).start()
        return future

    def _work(self, name: str) -> None:
        try:
            found = tuple(self._lookup(name))
        except (OSError, UnicodeError):
            found = ()
        try:
            self._loop.call_soon_threadsafe(self._done, name, found)
        except RuntimeError:
            return  # the loop is closed: nobody waits any more

    def _done(self, name: str, found: tuple[str, ...]) -> None:
        future = self._running.pop(name, None)
        if found:
            self._known[name] = (time.monotonic() + _KEEP_SECONDS, found)
            self._known.move_to_end(name)
            while len(self._known) > _KEEP_NAMES:
                self._known.popitem(last=False)
        if future is not None and not future.done():
            future.set_result(found)


def _literal(name: str) -> str | None:
    """The canonical form of a literal address, else None (also for 127.1 or 0x7f000001)."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return None


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """The waiting request gives up by itself; the thread's answer is dropped."""


@implementer(IHostnameResolver)
class TwistedResolver:
    """A Resolver as Twisted's endpoints want it; no answer in time counts as no address."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._tasks: set[asyncio.Task[None]] = set()

    def resolveHostName(  # noqa: N802 - the name is the interface's
        self,
        resolutionReceiver: Any,  # noqa: N803 - the interface's
        hostName: str,  # noqa: N803 - the interface's
        portNumber: int = 0,  # noqa: N803 - the interface's
        addressTypes: Sequence[type[Any]] | None = None,  # noqa: N803 - the interface's
        transportSemantics: str = "TCP",  # noqa: N803 - the interface's
    ) -> _Resolution:
        """Deliver the addresses of `hostName` to the receiver."""
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        literal = _literal(hostName)
        if literal is not None:
            resolutionReceiver.addressResolved(_address(literal, portNumber))
            resolutionReceiver.resolutionComplete()
            return resolution
        task = asyncio.ensure_future(self._deliver(resolutionReceiver, hostName, portNumber))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return resolution

    async def _deliver(self, receiver: Any, name: str, port: int) -> None:
        try:
            found = await self._resolver.addresses(name)
        except TimeoutError:
            found = ()
        for literal in found:
            receiver.addressResolved(_address(literal, port))
        receiver.resolutionComplete()


def _address(literal: str, port: int) -> IPv4Address | IPv6Address:
    if ":" in literal:
        return IPv6Address("TCP", literal, port)
    return IPv4Address("TCP", literal, port)
