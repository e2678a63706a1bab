"""How does an editor ask about programs? A server of the Language Server Protocol, on standard input and output."""
