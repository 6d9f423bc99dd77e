"""Apprise, loaded when a recipient first needs it: 177 plugins that most desks never use."""

from __future__ import annotations

import threading
import warnings
from importlib import import_module
from types import ModuleType

_lock = threading.Lock()


def load_apprise() -> ModuleType:
    """The `apprise` module, its plugins known."""
    with _lock, warnings.catch_warnings():
        # one of its plugins imports what later Pythons no longer have; it has its own way then
        warnings.simplefilter("ignore", DeprecationWarning)
        import_module("apprise.manager_plugins").NotificationManager().schemas()
    return import_module("apprise")


def apprise_services() -> dict[str, bool]:
    """Every scheme Apprise knows, and whether it can be used here."""
    load_apprise()
    manager = import_module("apprise.manager_plugins").NotificationManager()
    return {name: bool(manager[name].enabled) for name in manager.schemas()}
