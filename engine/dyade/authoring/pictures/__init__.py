"""How is the life of a program drawn? One chart, written in Mermaid, in DOT, or as a picture."""
