"""The face of Wirewatch: command line, web part, demo, and the one place that builds the parts."""

__version__ = "0.1.0"
