"""Units set in roman type after a number, brought into one `\text{…}`: `\frac{\text{miles}}{\text{hour}}` is
`\text{miles/(hour)}`, `\\mathrm{m}\\,\\mathrm{s}^{-2}` is `\text{m s^-2}`, `\\mu\text{m}` is `\text{µm}`.

Only what the table of units knows is rewritten: letters in roman type may be mathematics as well.
"""

from __future__ import annotations

import re

from verifiers.math.units import known_unit

_BODY = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_ROMAN = rf"\\(?:text|mathrm|textrm|mathsf|mbox|operatorname|rm)(?![A-Za-z])\s*(?:{_BODY}|[A-Za-z](?![A-Za-z]))"
_SIGN = r"\\(?:mu|Omega|cdot|circ|degree)(?![A-Za-z])"
_POWER = r"\^\s*(?:\{\s*[+-]?\d\s*\}|\d)"
_ROMAN_UNIT = re.compile(
    rf"(?<=[\d}})])\s*((?:(?:{_ROMAN}|{_SIGN}|\\frac\s*(?:\{{(?:[^{{}}]|{_BODY})*\}}\s*){{2}}|{_POWER}|/)\s*)+)(?![({{_\w])"
)
_FRACTION = re.compile(rf"\\frac\s*\{{((?:[^{{}}]|{_BODY})*)\}}\s*\{{((?:[^{{}}]|{_BODY})*)\}}")
_SHAPE = re.compile(r"\\(?:text|mathrm|textrm|mathsf|mbox|operatorname|rm)(?![A-Za-z])")
_SIGNS = {"mu": "µ", "Omega": "Ω", "cdot": "·", "times": "·", "circ": "°", "degree": "°"}
_COMMAND = re.compile(rf"\\({'|'.join(_SIGNS)})(?![A-Za-z])")
_PREFIX = re.compile(r"(µ) +(?=[A-Za-zΩ])|([kMGmµ]) +(?=Ω)")


def with_units_as_text(text: str) -> str:
    """`text` with every known unit that is set in roman type after a number as one `\\text{…}`."""
    if "\\mathrm" in text or "\\text" in text or "\\Omega" in text or "\\mu" in text or "\\operatorname" in text:
        return _ROMAN_UNIT.sub(_as_text, text)
    return text


def plain_unit(written: str) -> str:
    """A unit in LaTeX as the table spells units."""
    plain = _FRACTION.sub(r"\1/(\2)", written)
    plain = _SHAPE.sub(" ", plain)
    plain = _COMMAND.sub(lambda found: _SIGNS[found.group(1)], plain)
    plain = " ".join(plain.replace("{", " ").replace("}", " ").split())
    return _PREFIX.sub(r"\1\2", plain)


def _as_text(found: re.Match[str]) -> str:
    written = found.group(1)
    if not _SHAPE.search(written) and found.end() < len(found.string):  # a symbol, unless it ends the text
        return found.group()
    plain = plain_unit(written)
    return found.group() if "\\" in plain or known_unit(plain) is None else rf" \text{{{plain}}}"
