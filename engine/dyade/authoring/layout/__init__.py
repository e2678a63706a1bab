"""How is a file laid out? Read as it is written, comments included, then written again in order."""
