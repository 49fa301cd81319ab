"""Published feeds in, rows of the database out; a module a family of feeds, each binds ``FEED``."""
