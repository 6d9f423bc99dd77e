"""Spiders: thin routes from feeds and listings to page classes."""
