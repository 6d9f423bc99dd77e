"""Every connection we open: resolved by our resolver, judged by the gate, verified by TLS."""

from __future__ import annotations

from typing import Any

from OpenSSL import SSL
from twisted.internet import interfaces
from twisted.internet._sslverify import ClientTLSOptions
from twisted.internet.ssl import AcceptableCiphers, CertificateOptions, platformTrust
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import directlyProvides, implementer, providedBy

from crawler.gate import AddressRefused, AllowedNetworks, address_allowed
from crawler.resolver import TwistedResolver

CONNECT_LIMIT = 10.0
"""Seconds until a TCP connection stands."""

_OP_LEGACY_SERVER_CONNECT = 0x4


class GatedReactor:
    """The reactor as our HTTP agent sees it: the same, but dialling goes through the gate.

    All of Scrapy's direct connections end in `connectTCP` with the literal address that is about
    to be dialled, so nothing can change between the check and the use.
    """

    def __init__(self, reactor: Any, resolver: TwistedResolver, allowed: AllowedNetworks) -> None:
        self._reactor = reactor
        self._allowed = allowed
        self.nameResolver = resolver
        directlyProvides(self, *providedBy(reactor))
        if not interfaces.IReactorPluggableNameResolver.providedBy(self):
            raise TypeError(f"{type(reactor).__name__} cannot be given a resolver")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def connectTCP(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:  # noqa: N802 - the reactor's
        """Dial, or raise AddressRefused."""
        if not address_allowed(host, self._allowed, port):
            raise AddressRefused(host)
        return self._reactor.connectTCP(host, port, *args, **kwargs)


class _ClientOptions(CertificateOptions):
    """TLS for clients: the system's authorities, an extra bundle, and old but honest servers.

    Servers without RFC 5746 (secure renegotiation) are spoken to: some of Yonhap's answer only so
    (cn.yna.co.kr under OpenSSL 3). What that RFC prevents is text put in front of a request that
    carries credentials; ours carry none.
    """

    def __init__(self, ca_bundle: str) -> None:
        super().__init__(
            trustRoot=platformTrust(),
            acceptableCiphers=AcceptableCiphers.fromOpenSSLCipherString("DEFAULT"),
            fixBrokenPeers=True,
        )
        self._ca_bundle = ca_bundle

    def _makeContext(self, skipCiphers: bool = False) -> SSL.Context:  # noqa: N802, N803 - Twisted's
        context = super()._makeContext(skipCiphers)
        context.set_options(_OP_LEGACY_SERVER_CONNECT)
        if self._ca_bundle:
            context.load_verify_locations(self._ca_bundle)
        return context


@implementer(IPolicyForHTTPS)
class VerifyingPolicy:
    """Verifies chain and host name of every server; one context for all of them.

    Scrapy's own verifying factory reads the system's authorities anew for each connection.
    Raises OpenSSL.SSL.Error when `ca_bundle` cannot be read.
    """

    def __init__(self, ca_bundle: str = "") -> None:
        self._options = _ClientOptions(ca_bundle)
        self._options.getContext()

    def creatorForNetloc(self, hostname: bytes | str, port: int) -> ClientTLSOptions:  # noqa: N802 - the interface's
        """TLS options for one connection; Scrapy's proxy tunnel gives the name as text."""
        name = hostname.decode("ascii") if isinstance(hostname, bytes) else hostname
        return ClientTLSOptions(self._options.clientConnectionForTLS, name)
