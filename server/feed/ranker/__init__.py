"""The learner: numpy, one class of plain state. Imported by the feed process and by benches, never
by an instance."""
