"""Deciding equality: one module a means of evidence, and the comparison that asks them."""
