"""Reading: from the text of a program to one that is known to hold together. Pure: nothing is asked of the machine."""
