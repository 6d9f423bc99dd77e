"""Which bytes stand for which characters: real pages declare it late, wrongly or not at all."""

from __future__ import annotations

import codecs
import re

import chardet

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its BOM begins with that of UTF-16-LE
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]{0,512}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_WITHIN = 65_536
_SAMPLE = 32_768
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
# Korean servers say EUC-KR and send its superset; ISO-8859-1 means windows-1252 on the web.
_SUPERSET = {
    "euc-kr": "cp949",
    "euc_kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
}
# Encodings whose bytes are also valid UTF-8 or ASCII, so that only the header can tell.
_ONLY_DECLARED = ("utf-16", "utf-32", "iso-2022", "hz")
_MAX_UTF8_ERRORS = 0.02
"""Share of broken sequences among a page's non-ASCII bytes up to which it still is UTF-8."""


def decode(body: bytes, content_type: str = "") -> str:
    """The page's text; never raises.

    In order: a BOM; bytes that are valid UTF-8 are UTF-8 whatever was declared; the header's
    charset; a meta charset anywhere in the first 64 kB; chardet. A declared charset counts only
    where the bytes agree with it. What still cannot be decoded becomes U+FFFD.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    header = _known(_match(_HEADER, content_type))
    if header and header.startswith(_ONLY_DECLARED):
        return body.decode(header, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(body, header)


def _decode_legacy(body: bytes, header: str | None) -> str:
    meta = _META.search(body, 0, _META_WITHIN)
    declared = [header, _known(meta.group(1).decode("ascii", "replace") if meta else "")]
    candidates = [name for name in declared if name and name != "utf-8"]
    text = body.decode("utf-8", "replace")
    foreign = len(_NOT_ASCII.findall(body))
    if not candidates or "utf-8" in declared:
        broken = text.count("\N{REPLACEMENT CHARACTER}")
        if broken <= max(1, _MAX_UTF8_ERRORS * foreign):
            return text
    first = _NOT_ASCII.search(body)
    start = max(0, first.start() - 64) if first else 0
    guess = _known(str(chardet.detect(body[start : start + _SAMPLE])["encoding"] or ""))
    for name in (*candidates, guess, "cp949"):
        if name:
            try:
                return body.decode(name)
            except UnicodeDecodeError:
                continue
    return body.decode(candidates[0] if candidates else guess or "utf-8", "replace")


def _match(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group(1) if found else ""


def _known(name: str) -> str | None:
    """The codec to use for a declared name; None for a name nobody knows."""
    name = name.strip().lower()
    name = _SUPERSET.get(name, name)
    try:
        codec = codecs.lookup(name)
        b"".decode(codec.name)  # refuses codecs that are not text, such as base64
    except (LookupError, ValueError, TypeError):
        return None
    return _SUPERSET.get(codec.name, codec.name)
