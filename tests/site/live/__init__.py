"""Live pages: cells that run in the reader's browser."""
