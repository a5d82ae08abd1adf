"""What people wish to see more or less of, in their own words."""
