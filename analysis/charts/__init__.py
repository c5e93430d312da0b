"""Charts: each takes an axis and a table and returns the axis; it computes and saves nothing."""
