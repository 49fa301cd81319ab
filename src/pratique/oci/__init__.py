"""Image sources: a target in, images with layers that open out."""
