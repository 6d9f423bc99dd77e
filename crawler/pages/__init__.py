"""Page classes: what is known of each outlet's article pages, and the fallbacks for the rest."""
