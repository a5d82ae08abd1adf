"""What texts mean, as vectors: for child processes, which have numpy."""
