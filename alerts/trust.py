"""Whose certificates are trusted."""

from __future__ import annotations

import ssl

from newsroom.errors import ChannelDown


def trusted(ca_bundle: str) -> ssl.SSLContext:
    """The system's authorities, and those of a PEM file beside them; raises ChannelDown."""
    context = ssl.create_default_context()
    if ca_bundle:
        try:
            context.load_verify_locations(cafile=ca_bundle)
        except (OSError, ssl.SSLError) as e:
            raise ChannelDown(f"ca_bundle {ca_bundle} cannot be read: {e}") from e
    return context
