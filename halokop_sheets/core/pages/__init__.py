"""The tabs that are wholly ours: board, guide and evaluations, drawn as data."""
