"""Software that no package manager installs: a module a family, each of which binds ``CLASSIFIERS``."""
