"""What is in an image: one module a file format, `_pass` feeds them all, `_squash` lays the layers on one another."""
