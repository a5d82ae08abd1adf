"""Where a picture is received: looked at by a child process, and told of; never kept."""
