"""The web part: health for now; the page comes later."""
