"""Reports in, text out: one module a format, each binding ``WRITER``. Nothing here filters or decides."""
