"""Tools for authors, over the program and its flow: scenarios, and what an editor needs to know."""
