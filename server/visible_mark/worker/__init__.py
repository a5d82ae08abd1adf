"""The child process that lays the visible mark on one film."""
