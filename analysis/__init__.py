"""Analysis: stored batches to insight. Opens batches, never runs the engine."""
