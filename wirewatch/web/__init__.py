"""The web part: health, what links in mails lead to, and feeds of matches."""
