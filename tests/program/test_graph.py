"""Which leaves does a reference cover?"""

from dyade.program.graph import ANY, Graph
from dyade.program.model import State

STATES = {
    "a": State.model_validate({"label": "A"}),
    "b": State.model_validate(
        {
            "label": "B",
            "initial": "un",
            "states": {"un": {"label": "Un"}, "fini": {"label": "Fini", "final": True}},
        }
    ),
}


def test_a_compound_state_covers_its_children_but_the_final_ones():
    graph = Graph("a", STATES)

    assert graph.leaves("b") == ("b.un", "b.fini")
    assert list(graph.sources("b")) == [("b.un", "b")]


def test_any_covers_every_leaf_but_the_final_ones():
    assert [leaf for leaf, _ in Graph("a", STATES).sources(ANY)] == ["a", "b.un"]


def test_a_final_state_is_covered_where_it_is_named():
    assert list(Graph("a", STATES).sources("fini")) == [("b.fini", "b.fini")]
