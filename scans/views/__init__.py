"""The pages of the people at the checkpoints, one module for each concern."""
