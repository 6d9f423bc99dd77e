"""What is no article and no feed, by its type or its first bytes, before it is downloaded."""

from __future__ import annotations

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "PDF"),
    (0, b"PK\x03\x04", "ZIP"),
    (0, b"PK\x05\x06", "ZIP"),
    (0, b"Rar!\x1a\x07", "RAR"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (4, b"ftyp", "MP4"),
    (0, b"\x1aE\xdf\xa3", "Matroska"),
    (0, b"ID3", "MP3"),
    (0, b"OggS", "Ogg"),
    (0, b"RIFF", "RIFF"),
    (0, b"\x89PNG", "PNG"),
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"GIF8", "GIF"),
    (0, b"\x7fELF", "program"),
    (0, b"MZ\x90", "program"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office document"),
    (0, b"wOF", "font"),
)

_REFUSED_FAMILIES = ("video/", "audio/", "image/", "font/", "model/")
_REFUSED_TYPES = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/x-zip-compressed",
        "application/x-rar-compressed",
        "application/vnd.rar",
        "application/x-7z-compressed",
        "application/x-tar",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/x-msdownload",
        "application/java-archive",
        "application/vnd.android.package-archive",
    }
)


def refused_type(content_type: str) -> str | None:
    """The media type, where it can be no text to read; None where it may.

    Types that servers put on anything (`application/octet-stream`, gzip) are left to the first
    bytes. SVG stays out with the other images.
    """
    kind = content_type.partition(";")[0].strip().lower()
    refused = kind in _REFUSED_TYPES or kind.startswith(_REFUSED_FAMILIES)
    office = kind.startswith("application/vnd.openxmlformats")
    return kind if refused or office else None


def refused_magic(start: bytes) -> str | None:
    """The name of a binary format whose signature `start` carries, else None."""
    for at, magic, name in _MAGIC:
        if start.startswith(magic, at):
            return name
    return None
