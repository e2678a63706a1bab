"""What is handed out to those who take part: a program in plain words, on pages; and the references of the language."""
