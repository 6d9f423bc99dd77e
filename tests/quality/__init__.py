"""Labelled sets for term matching, and the gate over them."""
