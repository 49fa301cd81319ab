"""What os-release says in, where its packages are looked up out; a module a distribution, each binds ``DISTRO``."""
