"""Floor 4, tell the world: mail, webhooks, the console; and nothing decided there."""
