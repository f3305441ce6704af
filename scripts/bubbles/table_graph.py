"""Table: the statements about lattices as subgraphs of a convolution, each of them checked."""

from hamlearn import tables
from hamlearn.bubbles.graph_statements import statements

COLUMNS = {
    "id": "check",
    "statement": "statement",
    "value": "found",
    "holds": "holds",
    "claim": "evidence for",
}


def markdown(frame, scale):
    """Return the table as Markdown, with a paragraph that explains it."""
    shown = frame.assign(holds=frame["holds"].map({True: "yes", False: "**no**"}))
    note = (
        f"Each statement is computed on graphs, exactly, whatever the scale; scale: {scale}. "
        "G_C is the graph of a convolution on an N×N grid, without the edge of a node to itself; "
        "the brick wall is the honeycomb on the same grid, a₀ its bond length, and A and A^w are "
        "the plain and the weighted adjacency matrix. Figs. 6, 10, 11 and 14 show most of them."
    )
    return tables.markdown("Lattices as subgraphs of a convolution", note, shown, COLUMNS)


def draw(size, scale):
    """Return the page in Markdown and the table; `size` nodes along a side of each graph."""
    frame = statements(size)
    return markdown(frame, scale), frame
