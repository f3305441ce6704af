"""Tables 3 to 8: confusion matrices of the networks of the thesis."""

from hamlearn import plotting, tables
from hamlearn.bitei.solver import LABELS
from hamlearn.files import read_small

TO = [f"to_{label}" for label in LABELS]
NETWORKS = ("small", "large", "hybrid")
SETS = {"clean": "unperturbed", "noisy": "perturbed"}
HEADERS = {
    "network": "network",
    "split": "set",
    "true": "true",
    **{f"shown_{label}": f"as {label}" for label in LABELS},
    **{f"thesis_{label}": f"thesis, {label}" for label in LABELS},
    "seeds": "networks",
}


def draw(by_group, metrics, claims, ensemble, scale):
    """Return the page, and its frame: network, split, true, shares with _sd, the thesis's."""
    metrics, groups = read_small(metrics), read_small(by_group)
    chosen = metrics[(metrics["family"] == "thesis") & (metrics["trained_on"] == ensemble)]
    chosen = chosen[chosen["ensemble"] == ensemble]
    rows = groups[groups["ensemble"] == ensemble].merge(chosen[["run", "network"]], on="run")
    frame = plotting.over_seeds(rows, ["network", "split", "true"], TO)
    orders = {"network": NETWORKS, "split": ("train", "test"), "true": LABELS}
    for column, order in reversed(orders.items()):
        frame = frame.sort_values(column, key=lambda c, o=order: c.map(o.index), kind="stable")
    stated = plotting.paper_values(claims)
    for place, label in enumerate(LABELS):
        frame[f"thesis_{label}"] = [
            stated[f"bitei.confusion.{SETS[ensemble]}.{r.network}.{r.split}.true_{r.true}"][place]
            for r in frame.itertuples()
        ]
        frame[f"shown_{label}"] = tables.spreads(frame, f"to_{label}", 1)
    title = f"Confusion matrices, {SETS[ensemble]} crystals"
    note = f"Per cent of the true class, mean ± standard deviation. Scale: {scale}."
    page = tables.markdown(title, note, frame, HEADERS)
    return page, frame[[c for c in frame if not c.startswith("shown_")]]
