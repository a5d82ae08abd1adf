"""What the stores of earlier releases kept: SQL dumps, made by their own code."""
