"""The network: URLs in, responses out."""
