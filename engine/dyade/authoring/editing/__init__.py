"""What does an author see and do in an editor? Everything that needs no protocol: texts and places in, answers out."""
