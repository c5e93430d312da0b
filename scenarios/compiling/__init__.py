"""Compiling: from tables of words and numbers to the arrays of a World, part by part."""
