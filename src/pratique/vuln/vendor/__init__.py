"""Vendors' own feeds: one module a feed, each binds ``VENDOR`` (``vuln/bulletin.py`` says its shape)."""
