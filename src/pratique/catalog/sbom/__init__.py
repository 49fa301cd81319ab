"""Documents that state an inventory, SBOMs of every format, in; packages out."""
