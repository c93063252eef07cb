"""The programming problems of the example study: ten small Python tasks made for it, in all three styles of tests.

Programs are few and repeat over the samples, as those of a model with a fixed temperature do for small tasks:
each distinct one is run once. Among the wrong ones are crashes, a syntax error and two endless loops.
"""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from verifiers.demo.items import Item
from verifiers.problem import AssertsTests, CallCase, CallsTests, CodeLimits, CodeProblem, StdioCase, StdioTests

_LIMITS = CodeLimits(wall_seconds=2, memory_mb=256)
_Tests = StdioTests | CallsTests | AssertsTests


def _stdio(*cases: tuple[str, str]) -> StdioTests:
    return StdioTests(type="stdio", cases=[StdioCase(stdin=given, stdout=printed) for given, printed in cases])


def _calls(entry_point: str, *cases: tuple[list[Any], Any]) -> CallsTests:
    made = [CallCase(args=args, returns=returned) for args, returned in cases]
    return CallsTests(type="calls", entry_point=entry_point, cases=made)


def _asserts(entry_point: str, *claims: str) -> AssertsTests:
    body = "".join(f"    assert {claim}\n" for claim in claims)
    return AssertsTests(type="asserts", entry_point=entry_point, code=f"def check(candidate):\n{body}")


# name, task, tests, right programs, wrong programs, base, rl
_ROWS: tuple[tuple[str, str, _Tests, tuple[str, ...], tuple[str, ...], float, float], ...] = (
    (
        "column-sums",
        "Read a line with two whole numbers, rows and columns, then the rows of a table. "
        "Print the sum of each column, separated by blanks.",
        _stdio(("2 3\n1 2 3\n4 5 6\n", "5 7 9\n"), ("1 1\n-4\n", "-4\n"), ("3 2\n1 1\n2 2\n3 3\n", "6 6\n")),
        (
            """
            rows, columns = map(int, input().split())
            sums = [0] * columns
            for _ in range(rows):
                for place, value in enumerate(map(int, input().split())):
                    sums[place] += value
            print(*sums)
            """,
            """
            import sys
            rows, columns, *values = map(int, sys.stdin.read().split())
            print(" ".join(str(sum(values[c::columns])) for c in range(columns)))
            """,
        ),
        (
            """
            rows, columns = map(int, input().split())
            for _ in range(rows):
                print(sum(map(int, input().split())))
            """,
            """
            rows, columns = input().split()
            sums = [0] * columns
            print(*sums)
            """,
        ),
        0.52, 0.94,
    ),
    (
        "longest-word",
        "Read lines until the end of the input. Print the longest word; of equally long ones, the first.",
        _stdio(("a bb ccc\ndd\n", "ccc\n"), ("one two\nsix\n", "one\n"), ("x\n\nlonger word here\n", "longer\n")),
        (
            """
            import sys
            print(max(sys.stdin.read().split(), key=len))
            """,
            """
            import sys
            best = ""
            for line in sys.stdin:
                for word in line.split():
                    if len(word) > len(best):
                        best = word
            print(best)
            """,
        ),
        (
            """
            words = input().split()
            print(max(words, key=len))
            """,
            """
            import sys
            best = ""
            for word in sys.stdin.read().split():
                if len(word) >= len(best):
                    best = word
            print(best)
            """,
        ),
        0.46, 0.92,
    ),
    (
        "coin-change",
        "Read an amount and then, on the next line, the values of coins. Print the fewest coins that make up the "
        "amount, or -1 where none do.",
        _stdio(("11\n1 2 5\n", "3\n"), ("3\n2\n", "-1\n"), ("6\n1 3 4\n", "2\n"), ("0\n7\n", "0\n")),
        (
            """
            amount = int(input())
            coins = list(map(int, input().split()))
            best = [0] + [amount + 1] * amount
            for total in range(1, amount + 1):
                for coin in coins:
                    if coin <= total:
                        best[total] = min(best[total], best[total - coin] + 1)
            print(best[amount] if best[amount] <= amount else -1)
            """,
            """
            amount = int(input())
            coins = [int(word) for word in input().split()]
            reached, count, seen = {0}, 0, {0}
            while reached and amount not in seen:
                reached = {r + c for r in reached for c in coins if r + c <= amount} - seen
                seen |= reached
                count += 1
            print(count if amount in seen else -1)
            """,
        ),
        (
            """
            amount = int(input())
            count = 0
            for coin in sorted(map(int, input().split()), reverse=True):
                count += amount // coin
                amount %= coin
            print(count if amount == 0 else -1)
            """,
            """
            amount = int(input())
            coins = list(map(int, input().split()))
            count = 0
            while amount > 0:
                best = max([c for c in coins if c <= amount], default=0)
                amount -= best
                count += 1
            print(count)
            """,
        ),
        0.10, 0.0,
    ),
    (
        "run-lengths",
        "Write run_lengths(values): a list of [value, count] for each run of equal neighbours.",
        _calls(
            "run_lengths",
            ([[1, 1, 2]], [[1, 2], [2, 1]]), ([[]], []), ([["a", "b", "a"]], [["a", 1], ["b", 1], ["a", 1]]),
        ),
        (
            """
            def run_lengths(values):
                runs = []
                for value in values:
                    if runs and runs[-1][0] == value:
                        runs[-1][1] += 1
                    else:
                        runs.append([value, 1])
                return runs
            """,
            """
            from itertools import groupby

            def run_lengths(values):
                return [[value, len(list(run))] for value, run in groupby(values)]
            """,
        ),
        (
            """
            from collections import Counter

            def run_lengths(values):
                return [[value, count] for value, count in Counter(values).items()]
            """,
            """
            def run_lengths(values):
                runs = [[values[0], 1]]
                for value in values[1:]:
                    if runs[-1][0] == value:
                        runs[-1][1] += 1
                    else:
                        runs.append([value, 1])
                return runs
            """,
        ),
        0.50, 0.95,
    ),
    (
        "two-largest",
        "Write a class Solution with a method two_largest(values) that returns the two largest distinct values, "
        "largest first, or all distinct values where there are fewer.",
        _calls(
            "Solution.two_largest",
            ([[3, 1, 4, 1, 5]], [5, 4]), ([[2, 2]], [2]), ([[-1, -7, -3]], [-1, -3]), ([[]], []),
        ),
        (
            """
            class Solution:
                def two_largest(self, values):
                    return sorted(set(values), reverse=True)[:2]
            """,
            """
            import heapq

            class Solution:
                def two_largest(self, values):
                    return heapq.nlargest(2, set(values))
            """,
        ),
        (
            """
            class Solution:
                def two_largest(self, values):
                    return sorted(values, reverse=True)[:2]
            """,
            """
            class Solution:
                def two_largest(self, values):
                    first = second = 0
                    for value in values:
                        if value > first:
                            first, second = value, first
                        elif value > second:
                            second = value
                    return [first, second]
            """,
        ),
        0.56, 0.96,
    ),
    (
        "balanced",
        "Write balanced(text): whether the brackets (), [] and {} in text are balanced and nested properly.",
        _calls(
            "balanced",
            (["([]{})"], True), (["(]"], False), ([")("], False), ([""], True), (["((a)"], False), (["[(])"], False),
        ),
        (
            """
            def balanced(text):
                stack, pairs = [], {")": "(", "]": "[", "}": "{"}
                for char in text:
                    if char in "([{":
                        stack.append(char)
                    elif char in pairs and (not stack or stack.pop() != pairs[char]):
                        return False
                return not stack
            """,
        ),
        (
            """
            def balanced(text):
                return all(text.count(a) == text.count(b) for a, b in ("()", "[]", "{}"))
            """,
            """
            def balanced(text):
                stack = []
                for char in text:
                    if char in "([{":
                        stack.append(char)
                    elif char in ")]}":
                        stack.pop()
                return not stack
            """,
            """
            def balanced(text):
                while "()" in text or "[]" in text or "{}" in text:
                    text.replace("()", "").replace("[]", "").replace("{}", "")
                return text == ""
            """,
        ),
        0.40, 0.93,
    ),
    (
        "merge-ranges",
        "Write merge_ranges(ranges): given [start, end] pairs, both ends included, return the merged ranges in "
        "order. Ranges that share a point are merged.",
        _calls(
            "merge_ranges",
            ([[[1, 3], [2, 6], [8, 9]]], [[1, 6], [8, 9]]), ([[[5, 6], [1, 5]]], [[1, 6]]), ([[]], []),
            ([[[1, 9], [2, 3]]], [[1, 9]]),
        ),
        (
            """
            def merge_ranges(ranges):
                merged = []
                for start, end in sorted(ranges):
                    if merged and start <= merged[-1][1]:
                        merged[-1][1] = max(merged[-1][1], end)
                    else:
                        merged.append([start, end])
                return merged
            """,
        ),
        (
            """
            def merge_ranges(ranges):
                merged = []
                for start, end in sorted(ranges):
                    if merged and start < merged[-1][1]:
                        merged[-1][1] = max(merged[-1][1], end)
                    else:
                        merged.append([start, end])
                return merged
            """,
            """
            def merge_ranges(ranges):
                merged = []
                for start, end in sorted(ranges):
                    if merged and start <= merged[-1][1]:
                        merged[-1][1] = end
                    else:
                        merged.append([start, end])
                return merged
            """,
        ),
        0.0, 0.34,
    ),
    (
        "digit-sum",
        "Write digit_sum(number): the sum of the decimal digits of a whole number, which may be negative.",
        _asserts(
            "digit_sum", "candidate(0) == 0", "candidate(405) == 9", "candidate(-72) == 9", "candidate(10**20) == 1"
        ),
        (
            """
            def digit_sum(number):
                return sum(int(digit) for digit in str(abs(number)))
            """,
            """
            def digit_sum(number):
                number, total = abs(number), 0
                while number:
                    number, digit = divmod(number, 10)
                    total += digit
                return total
            """,
        ),
        (
            """
            def digit_sum(number):
                return sum(int(digit) for digit in str(number))
            """,
            """
            def digit_sum(number):
                total = 0
                while number:
                    total += number % 10
                    number //= 10
                return total
            """,
            """
            def digit_sum(number)
                return sum(map(int, str(abs(number))))
            """,
        ),
        0.58, 0.97,
    ),
    (
        "rotate",
        "Write rotate(values, steps): a new list with the values moved right by steps places, around the end. "
        "steps may be negative or exceed the length; the list given must stay as it is.",
        _asserts(
            "rotate",
            "candidate([1, 2, 3, 4], 1) == [4, 1, 2, 3]", "candidate([1, 2, 3], -1) == [2, 3, 1]",
            "candidate([1, 2, 3], 7) == [3, 1, 2]", "candidate([], 3) == []",
        ),
        (
            """
            def rotate(values, steps):
                if not values:
                    return []
                steps %= len(values)
                return values[-steps:] + values[:-steps] if steps else values[:]
            """,
            """
            from collections import deque

            def rotate(values, steps):
                turned = deque(values)
                turned.rotate(steps)
                return list(turned)
            """,
        ),
        (
            """
            def rotate(values, steps):
                return values[-steps:] + values[:-steps]
            """,
            """
            def rotate(values, steps):
                steps = steps % len(values)
                return values[-steps:] + values[:-steps]
            """,
        ),
        0.43, 0.93,
    ),
    (
        "roman",
        "Write roman(number): the Roman numeral of a whole number from 1 to 3999.",
        _asserts(
            "roman", 'candidate(4) == "IV"', 'candidate(1994) == "MCMXCIV"', 'candidate(3888) == "MMMDCCCLXXXVIII"'
        ),
        (
            """
            def roman(number):
                steps = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
                         (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
                out = ""
                for value, letters in steps:
                    out += letters * (number // value)
                    number %= value
                return out
            """,
        ),
        (
            """
            def roman(number):
                out = ""
                for value, letter in [(1000, "M"), (500, "D"), (100, "C"), (50, "L"), (10, "X"), (5, "V"), (1, "I")]:
                    out += letter * (number // value)
                    number %= value
                return out
            """,
            """
            def roman(number):
                return {1: "I", 4: "IV", 5: "V", 9: "IX", 10: "X"}[number]
            """,
        ),
        0.07, 0.0,
    ),
)  # fmt: skip


def code_items() -> list[Item]:
    """The programming problems, in order."""
    return [
        Item(
            CodeProblem(id=f"code/{name}", prompt=task, tests=tests, limits=_LIMITS),
            tuple(dedent(program).strip() for program in right),
            tuple(dedent(program).strip() for program in wrong),
            "The edge cases decide how to walk over the input.",
            base,
            rl,
        )
        for name, task, tests, right, wrong, base, rl in _ROWS
    ]
