"""Our grading as the reward function of other people's trainers and the grader of their harnesses.

`rows` turns their row into our problem, `grading` grades on one engine a process and turns the grade into a reward;
`for_NAME` is one framework's face of these, a page each, and `catalogue` lists them. Each `for_NAME` is a plain file
that a framework may load by its path (`verify adapter NAME --path`) and imports its framework only when used. The files
are not named after the frameworks, since some loaders put the folder of such a file in front of the import path.
"""
