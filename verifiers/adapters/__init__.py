"""One small module a framework: what each expects of a reward or a grader, on top of the engine or of a server."""
