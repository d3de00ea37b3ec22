"""Many programmes in one process: which there are, whose turn it is, what Google still allows, how they fare."""
