"""Child processes: started, spoken to in frames, pinged, limited and started again. What they are
for is nobody's business here."""
