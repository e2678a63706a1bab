"""Floor 2, decide: what follows from a command. Pure: the time, the people and the ids arrive as arguments."""
