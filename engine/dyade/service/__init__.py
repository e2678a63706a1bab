"""Floor 3, act: one transaction for each command, and the questions that faces ask."""
