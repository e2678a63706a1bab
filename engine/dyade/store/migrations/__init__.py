"""How did the schema become what it is? One file for each step, never changed once released."""
