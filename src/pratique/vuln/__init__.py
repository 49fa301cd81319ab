"""Inventory in, findings out: feeds become a database of ranges, packages are looked up in it."""
