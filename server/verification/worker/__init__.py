"""The child process that looks at one file."""
