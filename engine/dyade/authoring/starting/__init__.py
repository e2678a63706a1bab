"""How does one start: a whole program from a few answers, or a piece of one, put where it belongs."""
