"""How fast are reminders that are due fired, beside a scheduler and a queue of jobs, on the same kind of store?"""
