"""Many programmes in one process: which there are, whose turn it is, what Google's limits still allow, how they fare."""
