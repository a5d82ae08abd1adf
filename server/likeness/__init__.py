"""A face only with a yes: the check that somebody is there, and what recognises them."""
