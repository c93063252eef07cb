"""Answers under side conditions: declarations of parameters, domains, and what both sides must say alike."""

from __future__ import annotations

from verifiers.math.decide.context import Comparison, unequal
from verifiers.math.decide.labels import is_label
from verifiers.math.decide.matching import matched
from verifiers.math.decide.rungs import Finding
from verifiers.math.decide.shapes import is_region
from verifiers.math.tree import Apply, Node, Relation, Symbol, free_symbols, replaced

# memberships that pick some of a problem's integers: said of a name that the answer lacks, they tell when it holds
_CASES = frozenset({"\\even", "\\odd", "\\prime"})
# sets that are taken for one another: what every name is anyway; zero is natural for some
_ALIKE = (frozenset({"\\R", "\\C", "\\constant"}), frozenset({"\\N", "\\Z+"}), frozenset({"\\N", "\\Z0+"}))


def given(comparison: Comparison, reference: Node, answer: Node) -> Finding:
    """One side at least is under conditions.

    Parameters declared on both sides get one name. Conditions on both sides must agree. On one side only they tell the
    domain of a function, and the other leaves it to the reader; a plain value or an equation has no such domain, and
    holds in a case only: `18 if n is even` is not 18.
    """
    expected, declared, stated = _parts(reference)
    found, others, claimed = _parts(answer)
    if len(declared) == len(others):
        for place, ((name, domain), (other, given_domain)) in enumerate(zip(declared, others)):
            if domain != given_domain and not any({domain.name, given_domain.name} <= names for names in _ALIKE):
                return unequal("a parameter from another set")
            expected = replaced(expected, name, Symbol(f"k‹{place}›"))
            found = replaced(found, other, Symbol(f"k‹{place}›"))
    equal = comparison.equal(expected, found)
    if not equal or not (stated or claimed):
        return equal
    if stated and claimed:
        agreed = matched(comparison, stated, claimed)
        return agreed if not agreed else equal
    names: set[str] = set().union(*map(free_symbols, stated or claimed))
    parameters = {name.name for name, _ in (*declared, *others)}
    main = expected if stated else found
    return equal if names <= _arguments(main) - parameters else unequal("a condition on one side")


def _arguments(main: Node) -> set[str]:
    """The names that a function, or what defines one, depends on."""
    if not isinstance(main, Relation):
        return free_symbols(main) if not is_region(main) else set()
    label, *rest = main.terms
    return free_symbols(rest[-1]) if set(main.ops) == {"="} and is_label(label, rest, set()) else set()


def _is_case(name: Symbol, domain: Symbol, names: set[str]) -> bool:
    """Whether a membership tells when an answer with `names` holds, and declares none of them."""
    return domain.name in _CASES and name.name not in names


def _parts(node: Node) -> tuple[Node, list[tuple[Symbol, Symbol]], list[Node]]:
    """What stands under the conditions, the names declared with their sets, and the other conditions."""
    if not isinstance(node, Apply) or node.head != "given":
        return node, [], []
    main, *conditions = node.args
    names = free_symbols(main)
    declared: list[tuple[Symbol, Symbol]] = []
    stated: list[Node] = []
    for condition in conditions:
        if isinstance(condition, Relation) and condition.ops == ("in",):
            name, domain = condition.terms
            if isinstance(name, Symbol) and isinstance(domain, Symbol) and not _is_case(name, domain, names):
                declared.append((name, domain))
                continue
        stated.append(condition)
    return main, declared, stated
