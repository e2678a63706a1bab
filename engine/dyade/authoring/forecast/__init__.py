"""What would many dyads of a program live? The real decisions, over people who are late, away, or give up, by rates."""
