"""The child process that looks at cameras: the only place where pictures of people are pixels."""
