"""Claims on the architecture, on the training, and on the time that a prediction takes."""

from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import select
from hamlearn.hamiltonians.evidence.tables import Tables, evidence, holds

PAPER = {"neighbours": 39, "node": 64, "edge": 128, "orientation": 32, "filters": 64, "layers": 5}


def counted(widths: dict, outputs: int) -> int:
    """Return the parameters of a network of the paper's design, layer by layer."""
    node, edge, side = widths["node"], widths["edge"], 2 * widths["orientation"]
    filters, hidden = widths["filters"], 256
    text = 25 * (2 + 3 + 4) * filters + 3 * filters
    text += (3 * filters + 1) * widths["orientation"]
    attention = 2 * (node + 1) * node + (edge + side + 1) * node + 2 * node
    update = (2 * node + edge + side + 1) * edge + (edge + 1) * edge
    output = (2 * node + edge + side + 1) * hidden + (hidden + 1) * outputs
    return 100 * node + text + widths["layers"] * (attention + update) + output


def _trained(tables: Tables, target: str) -> dict:
    row = select(tables.metrics, "networks", family="graphene", target=target).iloc[0]
    return row.to_dict()


@evidence("hamiltonians.net.parameters", "hamiltonians.net.parameters_78")
def parameters(claim: Claim, tables: Tables) -> Evidence:
    outputs, target = (78, "backward") if claim.id.endswith("_78") else (91, "forward")
    widths = {key: tables.settings["network"][key] for key in PAPER}
    found, row = counted(PAPER, outputs), _trained(tables, target)
    hidden = tables.settings["network"]["hidden"]
    if hidden == 256 and counted(widths, outputs) != row["parameters"]:
        return Evidence(claim.id, int(row["parameters"]), n=1)
    note = f"at the paper's widths; those trained here have {row['parameters']:.0f}"
    return Evidence(claim.id, found, n=1, note=note)


CONSTANTS = {
    "net.l_max": 4,
    "net.ylm": 25,
}


@evidence(*(f"hamiltonians.{name}" for name in CONSTANTS))
def harmonics(claim: Claim, tables: Tables) -> Evidence:
    from hamlearn.hamiltonians.harmonics import FUNCTIONS

    most = round(FUNCTIONS**0.5) - 1
    return Evidence(claim.id, FUNCTIONS if claim.id.endswith("ylm") else most, n=1)


@evidence(
    "hamiltonians.net.windows",
    "hamiltonians.net.cnn_features",
    "hamiltonians.net.lc_concat",
    "hamiltonians.net.lc_width",
    "hamiltonians.net.output_layers",
)
def layers(claim: Claim, tables: Tables) -> Evidence:
    layers = {row["layer"]: row for row in tables.example["layers"]}
    windows = sorted(int(w) for w in tables.example["pair"]["maps"])
    sides = int(layers["sides"]["output_shape"]) // int(layers["side"]["output_shape"])
    dense = [layers[name] for name in ("hidden", "elements")]
    found = {
        "windows": windows,
        "cnn_features": len(windows) * PAPER["filters"],
        "lc_concat": sides,
        "lc_width": sides * PAPER["orientation"],
        "output_layers": len(dense),
    }
    return Evidence(claim.id, found[claim.id.rpartition(".")[2]], n=1)


@evidence(
    "hamiltonians.net.outputs_forward",
    "hamiltonians.net.outputs_backward",
    "hamiltonians.net.outputs_sum",
    "hamiltonians.net.models",
)
def outputs(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.metrics, "networks", family="graphene").drop_duplicates("target")
    by = rows.set_index("target")["elements"].astype(int)
    found = {
        "outputs_forward": int(by["forward"]),
        "outputs_backward": int(by["backward"]),
        "outputs_sum": int(by.sum()),
        "models": len(by),
    }
    return Evidence(claim.id, found[claim.id.rpartition(".")[2]], n=1)


@evidence("hamiltonians.net.same_architecture")
def same(claim: Claim, tables: Tables) -> Evidence:
    numbers, hidden = tables.example["parameters"], tables.settings["network"]["hidden"]
    difference = numbers[0] - numbers[1]
    return holds(claim, numbers, difference == (hidden + 1) * (91 - 78))


@evidence("hamiltonians.net.hermitian_output")
def hermitian(claim: Claim, tables: Tables) -> Evidence:
    worst = max(part["hermitian"] for part in tables.checks["networks"].values())
    return holds(claim, worst, worst < 1e-6)


@evidence("hamiltonians.net.covariant_output")
def covariant(claim: Claim, tables: Tables) -> Evidence:
    parts = tables.checks["networks"].values()
    worst = max(part["covariant"] for part in parts)
    others = ", ".join(f"{p['not_covariant']} ({p['covariant_rule']})" for p in parts)
    return holds(claim, worst, worst < 1e-4, note=f"edges decided by global axes: {others}")


@evidence("hamiltonians.net.order_sensitive")
def order(claim: Claim, tables: Tables) -> Evidence:
    found = tables.checks["networks"]["graphene_paper"]["order"]
    return holds(claim, found, found > 1e-3)


@evidence("hamiltonians.net.sigma2")
def variance(claim: Claim, tables: Tables) -> Evidence:
    number, _, used = tables.example["gaussians"]
    at_paper = used * ((number - 1) / 127) ** 2
    return Evidence(claim.id, at_paper, n=1, note=f"{used:.4g} Å² with {number} Gaussians here")


@evidence("hamiltonians.fig1.lc_fanout")
def fan_out(claim: Claim, tables: Tables) -> Evidence:
    found = tables.example["fan_out"]
    return holds(claim, found, found == tables.settings["network"]["layers"])


@evidence("hamiltonians.train.loss_small", "hamiltonians.train.loss_1ev")
def loss(claim: Claim, tables: Tables) -> Evidence:
    key = "slope" if claim.id.endswith("small") else "one_ev"
    return Evidence(claim.id, tables.checks["loss"][key], n=1)


@evidence("hamiltonians.train.beta", "hamiltonians.train.gamma")
def of_loss(claim: Claim, tables: Tables) -> Evidence:
    key = claim.id.rpartition(".")[2]
    return Evidence(claim.id, tables.checks["loss"][key], n=1)


@evidence("hamiltonians.train.optimizer")
def optimizer(claim: Claim, tables: Tables) -> Evidence:
    name = tables.checks["loss"]["optimizer"]
    return holds(claim, name, name == claim.value)


@evidence("hamiltonians.train.batch")
def batch(claim: Claim, tables: Tables) -> Evidence:
    return Evidence(claim.id, tables.checks["loss"]["batch"], n=1)


@evidence("hamiltonians.speed.prediction_1728")
def seconds(claim: Claim, tables: Tables) -> Evidence:
    largest = tables.timing["sizes"][-1]
    settings = {"atoms": largest["atoms"], "parameters": tables.timing["parameters"]}
    note = "one CPU thread, neighbour lists and frames included"
    return Evidence(claim.id, largest["total"], n=1, settings=settings, note=note)


@evidence("hamiltonians.speed.linear")
def linear(claim: Claim, tables: Tables) -> Evidence:
    settings = {"parameters": tables.timing["parameters"]}
    return Evidence(claim.id, tables.timing["exponent"], n=1, settings=settings)


@evidence("hamiltonians.speed.ratio")
def ratio(claim: Claim, tables: Tables) -> Evidence:
    solved = tables.timing["dft_seconds"]
    both = [s for s in tables.timing["sizes"] if str(s["atoms"]) in solved]
    if not both:
        note = "no size that was solved by DFT is among those timed at this scale"
        return Evidence(claim.id, note=note)
    largest = both[-1]
    found = solved[str(largest["atoms"])] / largest["total"]
    note = f"{largest['atoms']} atoms, CPU seconds of GPAW on one thread when it was solved"
    return Evidence(claim.id, found, n=1, settings={"atoms": largest["atoms"]}, note=note)
