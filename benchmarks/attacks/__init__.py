"""Hostile programs against the program grader: nothing that they do fools it or hurts the machine.

`corpus` is the programs and the task that they pretend to answer; `witness` what must be the same after one as
before it; `run` puts each to the grader; `peers` puts them to other graders, which run inside walls of ours.
"""
