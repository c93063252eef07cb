"""Whether a mention is taken back by the words around it: "not B", "B is wrong", "rather than B", 不是B.

The words are tables; the windows are short and never cross the end of a sentence.
"""

from __future__ import annotations

import re

# Words before a mention, with at most three small words between.
_BEFORE = (
    "not",
    "isn't",
    "aren't",
    "wasn't",
    "doesn't",
    "don't",
    "didn't",
    "cannot",
    "can't",
    "couldn't",
    "won't",
    "wouldn't",
    "shouldn't",
    "never",
    "neither",
    "nor",
    "no",
    "without",
    "except",
    "excluding",
    "rather than",
    "instead of",
    "other than",
    "apart from",
    "unlike",
    "as opposed to",
    "versus",
    "over",
    "eliminate",
    "eliminates",
    "eliminated",
    "eliminating",
    "rule out",
    "rules out",
    "ruled out",
    "ruling out",
    "exclude",
    "excludes",
    "doubt",
    "whether",
    "if",
    "reject",
    "rejects",
    "discard",
    "pas",
    "nicht",
    "kein",
    "keine",
    "non",
    "không phải",
    "niet",
    "не",
    "нет",
)
_BEFORE_UNSPACED = (
    "不是",
    "并非",
    "並非",
    "不能选",
    "不选",
    "不能選",
    "不選",
    "不为",
    "不會是",
    "不会是",
    "排除",
    "而非",
    "没有",
    "不可能是",
    "不能是",
    "除了",
    "不",
    "不能",
    "不可",
    "不会",
)
_SMALL = (
    r"(?:\s+(?:a|an|the|be|is|been|in|any|it's|it|that's|option|options|choice|answer|to|really|necessarily|simply|of|"
    r"think|believe|say|guess|likely|probably|looks?|like|go|has|have|with|show|shown|contain|see|choose|pick|select|la|le|el|die|der|das))"
)
_PRECEDING = re.compile(
    rf"(?:(?<![^\W_])(?:{'|'.join(re.escape(word).replace(chr(92) + ' ', ' +') for word in _BEFORE)})"
    rf"{_SMALL}{{0,4}}[\s(\[\"'*_$\\]*|(?:{'|'.join(_BEFORE_UNSPACED)})(?:选项|選項)?[\s(\[\"'*]*)\Z",
    re.IGNORECASE,
)
_BUT = re.compile(r"(?:but|而是|rather|instead|sondern|sino|mais)\W*(?:a|an|the)?\W*\Z", re.IGNORECASE)

_VERDICT_BAD = (
    r"(?:wrong|incorrect|false|invalid|untrue|impossible|eliminated|excluded|ruled\s+out|out|ruled|not|never|"
    r"missing|absent|implausible|unlikely|inaccurate|irrelevant|too\s+\w+)"
)
_FOLLOWING = re.compile(
    r"[)\]}\"'*_$.:]*\s*(?:"
    rf"(?:is|are|was|were|seems?|must\s+be|looks?|appears?|would\s+be)\s+(?:all\s+|both\s+|also\s+|clearly\s+|therefore\s+|thus\s+)?{_VERDICT_BAD}\b"
    r"|would\s+(?:only\s+)?(?:be|have\s+been)\s+(?:\w+\s+){1,3}?(?:if|had|unless|when)\b"
    r"|\((?:incorrect|wrong|false|eliminated|ruled\s+out|not(?!\s+[(\[]?[A-Za-z]\b))\b|[✗✘❌]"
    r"|,?\s*(?:but|which|though)\s+(?:(?:that|this|it)\s+)?(?:is|was|seems)\s+(?:wrong|incorrect|false|not)\b"
    r"|(?:ではない|じゃない|ではありません)|(?:이|가|은|는)?\s*(?:아[니닙닌]|틀)|नहीं|değil|নয়|இல்லை"
    r"|(?:isn't|aren't|wasn't|weren't|cannot|can't|doesn't|don't|does\s+not|do\s+not|did\s+not|didn't|couldn't|won't|fails?)\b"
    r"|can(?:\s+\w+)?\s+be\s+(?:ruled\s+out|eliminated|excluded|discarded|rejected)\b"
    r"|(?:选项|選項|项|項)?\s*(?:是|均|都|也|显然|明显)*\s*(?:错误|錯誤|不正确|不正確|不对|不對|不符合|不成立|错|不是|不能|排除|有误)"
    r")",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?;](?=\s)|[。！？；\n]")
_WINDOW = 48


def denied_before(text: str, start: int, least: int = 0) -> bool:
    """Whether the words just before `start` deny what begins there."""
    window = text[max(least, start - _WINDOW) : start]
    ends = [end.end() for end in _SENTENCE.finditer(window)]
    if ends:
        window = window[ends[-1] :]
    match = _PRECEDING.search(window)
    return match is not None and not _BUT.search(window)


def denied_after(text: str, end: int) -> bool:
    """Whether the words just after `end` deny what ends there."""
    return _FOLLOWING.match(text, end, end + _WINDOW * 2) is not None
