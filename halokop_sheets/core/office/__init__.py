"""What the sheet means: the procedure, the team, episodes, steps, readings and lists, and their figures."""
