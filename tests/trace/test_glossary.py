"""Terms of the field are found in sentences, the longest first, each once."""

from collections.abc import Callable

from nnviz.engine.network import NetworkSpec
from nnviz.trace.explain import heading
from nnviz.trace.glossary import GLOSSARY, terms_in
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.steps import Granularity, build_steps


def test_the_longest_term_is_found_and_only_once() -> None:
    sentence = "The activation function turns z into an activation; activations are numbers."

    found = [(sentence[start:end], term) for start, end, term in terms_in(sentence)]

    assert found == [("activation function", "activation function"), ("activation", "activation")]


def test_plurals_are_found_too() -> None:
    found = [term for _, _, term in terms_in("Weights and biases move against their gradients.")]

    assert found == ["weight", "bias", "gradient"]


def test_a_word_that_holds_a_term_is_not_one() -> None:
    assert terms_in("The weighted sum is not targeted.") == []


def test_every_step_of_the_backward_half_has_a_term_that_is_explained(
    make_trace: Callable[..., PassTrace],
) -> None:
    trace = make_trace(NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid")))

    for step in build_steps(trace.spec, Granularity.OPERATION)[6:]:
        sentence = heading(trace, step, Notation())[1]
        assert terms_in(sentence), sentence
    assert all(definition.endswith((".", "…")) for definition in GLOSSARY.values())
