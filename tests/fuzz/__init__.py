"""Queries and texts made of any bytes, and what must hold of them."""
