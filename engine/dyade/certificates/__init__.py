"""Floor 4, attest: a certificate on paper, signed so that anybody can check it, away from the store."""
