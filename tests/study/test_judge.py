"""Luck is measured through the verifier in use: its leniency counts, and its budget is kept."""

import pytest

from verifiers.cli.judging import VerifierInUse
from verifiers.problem import ChoiceProblem, MathProblem
from verifiers.study.blind import priors
from verifiers.study.luck import answer_space, measured

DIGITS = {"type": "integer", "low": 0, "high": 99}


class Lenient:
    """Accepts whatever begins with the same digit."""

    def __init__(self):
        self.asked = 0

    def accepts(self, problem, answer):
        self.asked += 1
        return answer[0] == problem.reference[0]

    def same(self, problem, answer, other):
        return answer[0] == other[0]


def measured_guess(problem, judge, **options):
    spaces = measured({problem.id: problem}, {problem.id: answer_space(problem)}, judge, seed=0, **options)
    return spaces[problem.id].guess


def test_a_lenient_verifier_is_easier_to_guess():
    problem = MathProblem(id="p", reference="17", answer_space=DIGITS)
    assert measured_guess(problem, VerifierInUse()) == 1 / 100
    assert measured_guess(problem, Lenient()) == 11 / 100  # 1 and 10 to 19


def test_the_preset_of_a_paper_lets_more_guesses_pass():
    space = {"type": "integer", "low": 0, "high": 9999}
    strict = MathProblem(id="p", reference="25", answer_space=space)
    lenient = MathProblem(id="p", reference="25", answer_space=space, policy="qwen")
    judge = VerifierInUse()
    assert measured_guess(strict, judge) == 1 / 10_000
    assert measured_guess(lenient, judge) == 2 / 10_000  # 25 and 2500


def test_a_space_too_large_is_judged_in_part_without_bias():
    problem = MathProblem(id="p", reference="17", answer_space={"type": "integer", "low": 0, "high": 99_999})
    judge = Lenient()
    guess = measured_guess(problem, judge, most=2000)
    assert judge.asked <= 2001
    assert guess == pytest.approx(11_111 / 100_000, abs=0.03)


@pytest.mark.parametrize("count", [2, 5, 12])
def test_options_are_guessed_by_their_letters(count):
    problem = ChoiceProblem(id="c", choices=[f"item {place} of many" for place in range(count)], reference="B")
    assert measured_guess(problem, VerifierInUse()) == 1 / count


def test_the_question_blind_guesser_profits_from_leniency():
    problems = [MathProblem(id=text, reference=text) for text in ("12", "13", "21")]
    blind = priors(problems, Lenient())
    assert (blind["12"].share, blind["21"].share) == (1 / 2, 0.0)
    assert blind["12"].listed(1) == pytest.approx(1 / 2)
    assert blind["12"].listed(2) == 1.0


def test_references_that_are_equal_in_other_words_pass_for_each_other():
    problems = [MathProblem(id="a", reference="0.5"), MathProblem(id="b", reference=r"\frac{1}{2}")]
    assert priors(problems)["a"].share == 0.0
    assert priors(problems, VerifierInUse())["a"].share == 1.0


def test_answers_are_one_where_the_verifier_says_so():
    judge = VerifierInUse()
    problem = MathProblem(id="a", reference="7")
    assert judge.same(problem, "0.5", "1/2")
    assert not judge.same(problem, "0.5", "0.6")
    assert not judge.same(problem, "", "0.6")


@pytest.mark.parametrize("answer", ["9^{9^{9^9}}", "(" * 190, r"\frac{" * 60, "(x+y+z+w)^{60}", "\x00", "1" * 200])
def test_an_answer_that_would_hang_or_break_a_verifier_is_only_another_answer(answer):
    import time

    judge, problem = VerifierInUse(), MathProblem(id="a", reference="7")
    started = time.process_time()
    assert not judge.same(problem, answer, "7")
    assert not judge.same(problem, "7", answer)
    assert not judge.accepts(problem, answer)
    assert time.process_time() - started < 2.0
