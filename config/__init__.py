"""What the operator decides: settings, the source catalogue, watchlist files."""
