"""A program tried out: by hand, at random, and in search of what no scenario touches yet."""
