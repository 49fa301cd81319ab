"""A layer's bytes, or a root file system's folder, in; its entries out. Nothing here knows what a package is."""
