"""The sound of the embedded model's clips, made of score and slots: no weights, no samples."""
