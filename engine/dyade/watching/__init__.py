"""Watch dyade work: logs, figures, spans, health. Nothing here knows a name, an address or a word that people wrote."""
