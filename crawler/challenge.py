"""Walls against robots that do not say 403: the page is there, but it is no article and no feed.

Signs are those the vendors' challenge pages themselves carry; scripts that the same vendors put on
ordinary pages (Cloudflare's `/cdn-cgi/challenge-platform/`, DataDome's `tags.js`) are none.
"""

from __future__ import annotations

from collections.abc import Mapping

_SMALL = 64 * 1024
"""Challenge pages are short; an article that writes about them is not one."""

_BODY_SIGNS = (
    b"window._cf_chl_opt",  # Cloudflare, managed challenge
    b"cf-browser-verification",  # Cloudflare, until 2022
    b"geo.captcha-delivery.com",  # DataDome
    b"/_Incapsula_Resource?",  # Imperva
    b"_pxCaptcha",  # PerimeterX, HUMAN
    b"px-captcha",
    b"sec-if-cpt-container",  # Akamai
    b"ddos-guard/js-challenge",
    b"window.awsWafCookieDomainList",  # AWS WAF
    b"sucuri_cloudproxy_js",
)

_STATUSES = frozenset({200, 202, 401, 403, 429, 503})


def is_challenge(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is a challenge to prove oneself human. Header names are lower-case."""
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    if headers.get("x-amzn-waf-action", "").lower() in ("challenge", "captcha"):
        return True
    if status not in _STATUSES or len(body) > _SMALL:
        return False
    if not body[:256].lstrip().startswith(b"<"):
        return False
    return any(sign in body for sign in _BODY_SIGNS)
