"""What a team, a supplier or a vendor says of vulnerabilities in products: one module a format, each binds ``VEX``."""
