"""Floor 4, keep: dyads, records, people and programs in a database, and nothing decided there."""
