"""A report, a policy and the time in; its decisions and verdict out. Pure: no I/O, no clock, no environment."""
