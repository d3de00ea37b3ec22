"""The evaluation tab: one page an episode, and when it is made, kept fresh and closed."""
