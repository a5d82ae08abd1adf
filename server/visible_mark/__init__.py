"""The mark that everybody sees, on films that are downloaded: laid by a child process."""
