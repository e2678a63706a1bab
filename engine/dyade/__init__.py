"""dyade runs mentoring programs written in YAML, and says which rule blocks and why."""
