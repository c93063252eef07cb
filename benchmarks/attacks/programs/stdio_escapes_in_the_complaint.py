# attack: stdio_escapes_in_the_complaint
# kind: stdio
# attempts: ends in an exception whose message holds terminal escapes and half characters
# sound verdict: runtime_error
# host must: the grade can be written as JSON and shows no control character
# NEVER run outside a sandbox.
raise ValueError("\x1b]0;pwned\x07\x1b[2J \udcff \x00 done")
