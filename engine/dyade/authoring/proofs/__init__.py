"""What can be proved of a program? Its conditions as formulas, questions about them, and answers with examples.

In reading order:

    solver      one question, half a second, three answers
    meaning     a value that may be unknown or empty, as formulas
    lengths     how many days a month or a business day may last
    variables   what a condition reads, as variables with what is certain of them
    encoding    a condition as a formula
    guards      a guard as a formula
    changes     what may change the fields, and what stays true of them meanwhile
    examples    what a solver found, in the reader's words, put to the engine's own evaluation first
    inquiry     what the questions share
    closed overlaps branches reminders ways invariants entries quantities   the questions
    prove       all of them, in one go

An answer that nobody can give in time is no answer: nothing is told.
"""
