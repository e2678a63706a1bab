"""The condition language: closed, typed, total. A condition always ends, and cannot run code.

In reading order:

    types      what a value can be, and how it is held while the engine runs
    values     values from and to JSON
    problems   what is wrong with a condition, and where
    tokens     text -> words
    written    the tree as written, before any name is understood
    syntax     words -> that tree
    tree       a tree as understood: names resolved, every node typed
    scope      what a condition may read: given by whoever checks it
    operators  what `==`, `+`, `in` accept and give
    functions  what `midpoint`, `is_in`, `tables.x` accept and give
    check      tree as written -> tree as understood, with all its problems
    advice     what is correct, yet better written otherwise
    arithmetic the operations on values: total, never an exception
    closures   how parts become one closure
    compile    tree as understood -> closure
"""
