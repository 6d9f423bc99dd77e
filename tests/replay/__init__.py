"""Two days of news, invented: thirty stories at six outlets each, as a script with its outcome."""
