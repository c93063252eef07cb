r"""The claims that a response makes: its boxes and its explicit statements of an answer, by their places.

Theory of operation. Both functions read only the visible part of a `Response` and return spans into its
text, in order; what a claim *says* is for the verifiers. Both are linear in the response, whatever it is:

- `boxes` walks the braces, escapes and box commands once with a stack, so that every box knows its closing
  brace, or that it has none;
- `declarations` finds the words for "answer" (`verifiers.phrases`) by plain string search, tries the bounded
  pattern of that language there, and then reads each claim up to the end of its sentence, and never beyond
  the next announcement. So no character is read by two claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from verifiers.phrases import ABBREVIATIONS, LANGUAGES, Language
from verifiers.response import Response


@dataclass(frozen=True, slots=True)
class Box:
    r"""One `\boxed{…}`: the command is `text[start:end]`, its content `text[inner_start:inner_end]`.

    `closed` is False where the closing brace is missing: the response was cut off inside it.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Declaration:
    """One explicit statement of an answer: `text[start:end]` is what is claimed, free of markup around it.

    `phrase`: the announcing words. `negated`: the claim is denied ("the answer is not 7"). `picked`: announced
    by a verb of choosing ("I choose"), which means an answer only where there are options. `announced`: where
    the announcing words begin.
    """

    start: int
    end: int
    phrase: str
    negated: bool = False
    picked: bool = False
    announced: int = 0


# ---- boxes

# `\x08oxed` and `\x0cbox` are what `\boxed` and `\fbox` become when JSON was read with the escapes unescaped.
_BRACE = re.compile(r"(\\++)((?:boxed|fbox)(?![a-zA-Z]))?([{}])?|[{}]|(?:\x08oxed|\x0cbox)(\{)?")
# how many arguments of one sign each follow a command without braces: `\\boxed\\frac12`
_TEX_ARGUMENTS = {r"\frac": 2, r"\dfrac": 2, r"\tfrac": 2, r"\binom": 2, r"\sqrt": 1}
_TEX_ARGUMENT = re.compile(r"\s*(\{|[0-9A-Za-z]|\\[A-Za-z]+)")
_BARE = re.compile(r"[^\s$\\{}]+|\\[a-zA-Z]++")


def boxes(response: Response) -> list[Box]:
    r"""Every `\boxed{…}` and `\fbox{…}`, in the order in which they open; nested ones after the outer one."""
    text = response.text
    closing, commands = _braces(response)
    found = []
    for start, after in commands:
        opening = _skip_blanks(text, after, response.end)
        if text.startswith("{", opening) and opening < response.end:
            end = closing.get(opening)
            if end is None:
                found.append(Box(start, response.end, opening + 1, response.end, closed=False))
            else:
                found.append(Box(start, end + 1, opening + 1, end, closed=True))
        elif bare := _bare(response, opening, closing):
            found.append(Box(start, bare, opening, bare, closed=True))
    return found


def _braces(response: Response) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """The closing brace of each opening one, and `(start, end)` of each box command."""
    closing: dict[int, int] = {}
    commands: list[tuple[int, int]] = []
    open_at: list[int] = []
    for token in _BRACE.finditer(response.text, _first_box(response), response.end):
        backslashes, command, brace, broken = token.groups()
        symbol = brace or broken or (token.group() if token.group() in "{}" else "")
        if command:
            commands.append((token.start(), token.end(2)))
        elif backslashes is None and not brace and token.group()[0] in "\x08\x0c":
            commands.append((token.start(), token.end() - bool(broken)))
        elif backslashes and len(backslashes) % 2:
            continue  # an escaped brace is a character
        if symbol == "{":
            open_at.append(token.end() - 1)
        elif symbol == "}" and open_at:
            closing[open_at.pop()] = token.end() - 1
    return closing, commands


def _first_box(response: Response) -> int:
    """Where the first box command may begin; braces before it match nothing of a box."""
    text = response.text
    at = text.find("ox", response.start, response.end)
    if at < 0:
        return response.end
    while at > response.start and text[at - 1] in "\\bf\x08\x0c":
        at -= 1
    return at


def _bare(response: Response, start: int, closing: dict[int, int]) -> int:
    r"""The end of what follows a box command without braces: `\boxed 7`, `\boxed\frac{1}{2}`. 0 for nothing."""
    word = _BARE.match(response.text, start, response.end)
    if word is None:
        return 0
    if not word.group().startswith("\\"):
        return start + len(word.group().rstrip(".,;:!?*_"))
    end = word.end()
    for _ in range(_TEX_ARGUMENTS.get(word.group(), 0)):
        argument = _TEX_ARGUMENT.match(response.text, end, response.end)
        if argument is None or argument.group(1) == "{":
            break
        end = argument.end()
    while (brace := closing.get(end)) is not None:
        end = brace + 1
    return end


def _skip_blanks(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


# ---- declarations

_MARKUP = "*_`#> \t"
_COLON = r"[:：＝=∶]|[-–—]{1,2}>?(?=\s)|->|→|⇒|➜"
# A claim that follows its announcement at once, with no word or colon between, must look like one.
_AT_ONCE = r"(?=[*_`]*(?:[(\[（【「$\\①-⑳Ⓐ-ⓩ]|\d|[a-zａ-ｚ](?![^\W_])))"
_SPECIAL = re.compile(r"(?m)^[ \t]*(?:####(?!#)[ \t]*|[*_]{0,3}a[*_]{0,3}:[*_]{0,3}[ \t]+)(?=\S)")
_HASH_VALUE = re.compile(r"[^\w\s#]{0,3}\d[\d,./%:]*[^\w\s]{0,3}(?:[ \t]*\S{1,12})?[ \t]*$", re.MULTILINE)
# `#### 3. Conclusion` heads a section, and `A: 12` over `B: 13` lists options
_HEADING = re.compile(r"\d{1,2}(?:[.)][ \t]+[^\W\d_]|[ \t]+[A-Z][a-z])")
_NEXT_OPTION = re.compile(r"[^\n]*\n[ \t]*[*_]{0,3}[bB][*_]{0,3}[:.)]")


@dataclass(frozen=True, slots=True)
class _Announcement:
    """`text[start:end]` announces the claim that begins at `end`."""

    start: int
    end: int
    negated: bool
    picked: bool
    tails: tuple[str, ...] = ()
    denials: tuple[str, ...] = ()


def declarations(response: Response, *, picks: bool = False) -> list[Declaration]:
    """Every explicit statement of an answer, in order; `picks` adds those by verbs of choosing."""
    text = response.text
    announcements = _announcements(response, picks)
    found = []
    for place, announcement in enumerate(announcements):
        last = place + 1 == len(announcements)
        limit = response.end if last else announcements[place + 1].start
        start, end = _claim(text, announcement.end, limit, announcement.tails)
        denial = next((each for each in announcement.denials if text.endswith(each, start, end)), "")
        if start < end:
            end = len(text[: end - len(denial)].rstrip()) if denial else end
            phrase = text[announcement.start : announcement.end].strip("*_`~> \t\r\n")
            negated = announcement.negated or bool(denial)
            found.append(Declaration(start, end, phrase, negated, announcement.picked, announcement.start))
    return found


def _announcements(response: Response, picks: bool) -> list[_Announcement]:
    """All announcements in order, none overlapping another; of those that begin together the longest."""
    lower = _lowered(response.text)
    found = list(_special(response, lower))
    for stem, language in _searched(lower, picks):
        at = lower.find(stem, response.start, response.end)
        while at >= 0:
            announcement = _announced(response, lower, language, at, picks)
            if announcement is not None:
                found.append(announcement)
            at = lower.find(stem, at + len(stem), response.end)
    found.sort(key=lambda each: (each.start, -each.end))
    kept: list[_Announcement] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def _lowered(text: str) -> str:
    """`text` in lower case, every character at its place."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(each if len(each) == 1 else old for old in text for each in (old.lower(),))


@dataclass(frozen=True, slots=True)
class _Stems:
    """What to search for, by what a text must hold for the search to be worth it.

    `by_word`: heads in ASCII, by their most telling word. `by_character`: the others, with a character of theirs.
    """

    by_word: dict[str, list[tuple[str, Language]]]
    by_character: list[tuple[str, str, Language]]


_WORD = re.compile(r"[a-z]+")
_NO_LETTERS = {code: " " for code in range(128) if not chr(code).isalpha()}
_TELLING_NOTHING = frozenset({"i", "we", "my", "would", "will", "with", "is", "ll", "d", "m"})


@cache
def _stems(picks: bool) -> _Stems:
    """The heads of each language that are not found by a shorter head already."""
    stems = _Stems({}, [])
    for language in LANGUAGES:
        heads = (*language.heads, *(language.picks if picks else ()))
        for head in heads:
            if any(head.startswith(other) and head != other and not other.isascii() for other in heads):
                continue
            if head.isascii():
                telling = max(_WORD.findall(head), key=lambda word: (word not in _TELLING_NOTHING, len(word)))
                stems.by_word.setdefault(telling, []).append((head, language))
            else:
                stems.by_character.append((next(each for each in head if not each.isascii()), head, language))
    return stems


def _searched(lower: str, picks: bool) -> list[tuple[str, Language]]:
    """The heads that may stand in the text."""
    stems = _stems(picks)
    words = words_of(lower)
    found = [stem for word in stems.by_word.keys() & words for stem in stems.by_word[word]]
    if not lower.isascii():
        characters = set(lower)
        found += [(head, language) for mark, head, language in stems.by_character if mark in characters]
    return found


@lru_cache(maxsize=8)
def words_of(text: str) -> frozenset[str]:
    """The words of ASCII letters in `text`, in lower case; remembered for the few texts that are being read."""
    lower = text.lower()
    # Splitting is the fastest way to the words of an ASCII text, and a pattern to the few of another.
    return frozenset(lower.translate(_NO_LETTERS).split() if lower.isascii() else _WORD.findall(lower))


def may_announce(text: str, *, picks: bool = False) -> bool:
    """Whether any head may stand in `text`, which is ASCII; without a doubt no declaration where it is False."""
    words = text.lower().translate(_NO_LETTERS).split()
    return not _stems(picks).by_word.keys().isdisjoint(words)


def _words(words: tuple[str, ...]) -> str:
    """An alternation of `words`, longest first."""
    return "|".join(re.escape(word).replace(r"\ ", r"[ \t]+") for word in sorted(words, key=len, reverse=True))


@cache
def _pattern(language: Language, picks: bool) -> re.Pattern[str]:
    """The announcement of `language`, to be matched (in lower case) where one of its heads stands."""
    edge = r"(?![^\W_])" if language.spaced else ""
    blank = r"[*_`]*[ \t]+[*_`]*" if language.spaced else r"[*_` \t]*"
    if language.between is None:
        between = rf"(?:{blank}[^\W\d_]{{2,}}){{0,2}}?"
    elif language.between:
        between = rf"(?:{blank}(?:{_words(language.between)}){edge}){{0,8}}?"
    else:
        between = ""
    links = tuple(link for link in language.links if link)
    options = [rf"[*_` \t\"”’」】)]*(?P<colon>{_COLON})"]
    if language.negated:
        options.append(rf"{blank}(?P<denied>{_words(language.negated)}){edge}")
    if links:
        options.append(rf"{blank}(?P<link>{_words(links)}){edge}")
    options.append(r"[*_` \t]*(?P<heading>(?=\n|\r|\Z))")
    options.append(rf"[*_` \t】\]]*(?P<at_once>{_AT_ONCE})")
    head = rf"(?:{_words(language.heads)}){edge}(?:[ \t]*\([^()\n]{{1,40}}\))?{between}(?:{'|'.join(options)})"
    if picks and language.picks:
        head = rf"(?:{head}|(?P<pick>{_words(language.picks)}){edge}(?=[ \t*_]*[^\s项項]))"
    filler = rf"(?:[ \t*_,]*(?:{_words(language.fillers)}){edge}){{0,3}}" if language.fillers else ""
    negator = rf"(?:[ \t*_]*(?P<negator>{_words(language.negators)}){edge})?" if language.negators else ""
    return re.compile(rf"{head}(?:[ \t*_`]*[:：])?{filler}{negator}{filler}(?:[ \t*_`]*[:：])?")


def _announced(response: Response, lower: str, language: Language, at: int, picks: bool) -> _Announcement | None:
    """The announcement whose head stands at `at`, if there is one."""
    if language.spaced and at > response.start and lower[at - 1].isalnum():
        return None
    match = _pattern(language, picks).match(lower, at, response.end)
    if match is None or _spoiled(language, lower, max(response.start, at - 64), at):
        return None
    groups = match.groupdict()
    if groups["at_once"] is not None and not _claims_at_once(response.text, match.end(), language):
        return None
    if groups["heading"] is not None and not _is_heading(lower, response.start, at):
        return None
    negated = bool(groups.get("denied") or groups.get("negator"))
    return _Announcement(at, match.end(), negated, bool(groups.get("pick")), language.tails, language.denials)


def _spoiled(language: Language, lower: str, start: int, at: int) -> bool:
    """Whether a word before the head takes the announcement back ("the wrong answer is")."""
    before = lower[start:at].rstrip(_MARKUP)
    if _ends_with(before, language.spoilers, language):
        return True
    while language.frames and (determiner := _ending(before, language.determiners, language)):
        before = before[: -len(determiner)].rstrip(_MARKUP)
    return _ends_with(before, language.frames, language)


def _ends_with(before: str, words: tuple[str, ...], language: Language) -> bool:
    return bool(_ending(before, words, language))


def _ending(before: str, words: tuple[str, ...], language: Language) -> str:
    """The one of `words` that `before` ends with, as a word of its own."""
    for word in words:
        if before.endswith(word):
            edge = len(before) - len(word)
            if not language.spaced or edge == 0 or not (before[edge - 1].isalnum() and word[0].isalnum()):
                return word
    return ""


def _claims_at_once(text: str, start: int, language: Language) -> bool:
    """Whether what follows a bare "Answer" is a claim: marked, or one capital letter that ends its phrase."""
    while start < len(text) and text[start] in _MARKUP:
        start += 1
    if not language.spaced:
        return True
    if text[start : start + 1] in ("(", "[", "（", "【") or text.startswith(("\\boxed", "$\\boxed", "\\("), start):
        return True
    if language.tails and text[start : start + 1].isdigit():  # the verb stands behind
        return True
    following = text[start + 1 : start + 3].lstrip("*_")[:1]
    return text[start : start + 1].isupper() and (
        not following or following in "\n\r.,;)'’" or (bool(language.tails) and following == " ")
    )


def _is_heading(lower: str, least: int, at: int) -> bool:
    """Whether the head at `at` is preceded on its line by markup and at most three short words."""
    start = lower.rfind("\n", max(least, at - 40), at) + 1
    before = lower[start or max(least, at - 40) : at]
    words = before.strip(_MARKUP + "0123456789.:()").split()
    return len(before) < 40 and len(words) <= 3 and all(word.isalpha() for word in words)


def _special(response: Response, lower: str) -> Iterator[_Announcement]:
    """Line openings that announce: `A: …`, and `#### …` before a value or in the last line."""
    if "####" not in lower and "a" + ":" not in lower and "a*" not in lower:
        return
    for match in _SPECIAL.finditer(lower, response.start, response.end):
        if "#" in match.group():
            if _HEADING.match(response.text, match.end(), response.end):
                continue
            last_line = response.text.find("\n", match.end(), response.end) < 0
            if not last_line and not _HASH_VALUE.match(response.text, match.end(), response.end):
                continue
        elif _NEXT_OPTION.match(response.text, match.end(), response.end):
            continue
        yield _Announcement(match.start(), match.end(), negated=False, picked=False)


# ---- the end of a claim

_STOP = re.compile(
    r"[\n\r。！？；।۔]|[.!?;](?=[\s*_\"”’')]|$)|\$\$?|\\[(\[]|\\begin\{([a-zA-Z]{1,20}\*?)\}|\\[\\a-zA-Z]"
)
_CLOSERS = {"$": "$", "$$": "$$", "\\(": "\\)", "\\[": "\\]"}
# `>` quotes a line only where it begins one; elsewhere it is a sign like any other.
_EDGES = _MARKUP + "\r\n"
_CLOSING_EDGES = _EDGES.replace(">", "")


# A line drawn below a heading.
_RULE = re.compile(r"[-=–—]{3,}[ \t]*(?=[\r\n])")


def _skip_edges(text: str, start: int, limit: int) -> int:
    while start < limit and text[start] in _EDGES and (text[start] != ">" or text[start - 1] in "\r\n"):
        start += 1
    return start


def _claim(text: str, start: int, limit: int, tails: tuple[str, ...]) -> tuple[int, int]:
    """The span claimed at `start`: to the end of its sentence or line, formulas taken whole, markup left out."""
    start = _skip_edges(text, start, limit)
    while (line := _RULE.match(text, start, limit)) is not None:
        start = _skip_edges(text, line.end(), limit)
    end = _sentence_end(text, start, limit)
    while end > start and (text[end - 1] in _CLOSING_EDGES or text[end - 1] in ".,;。，；、।۔"):
        end -= 1
    for tail in sorted(tails, key=len, reverse=True):
        if text.endswith(tail, start, end) and end - len(tail) > start:
            end -= len(tail)
            break
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _sentence_end(text: str, start: int, limit: int) -> int:
    lost: set[str] = set()  # closers that are not to be found any more
    at = start
    while (stop := _STOP.search(text, at, limit)) is not None:
        mark, at = stop.group(), stop.end()
        closer = _CLOSERS.get(mark) or (f"\\end{{{stop.group(1)}}}" if stop.group(1) else "")
        if closer:
            close = text.find(closer, at, limit) if closer not in lost else -1
            if close >= 0:
                at = close + len(closer)
            else:
                lost.add(closer)
        elif not mark.startswith("\\") and not _within_sentence(text, start, stop.start(), limit):
            return stop.start() + (mark == "!" and text[stop.start() - 1].isalnum())
    return limit


def _within_sentence(text: str, start: int, at: int, limit: int) -> bool:
    """Whether the mark at `at` is a point after an abbreviation."""
    if text[at] != "." or at + 1 >= limit or text[at + 1] in "\r\n":
        return False
    word = re.search(r"[A-Za-z.]{1,8}\Z", text[max(start, at - 8) : at])
    return word is not None and word.group().lower() in ABBREVIATIONS
