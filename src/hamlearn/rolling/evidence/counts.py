"""Claims on how many networks there are, and on what they consist of."""

from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import select
from hamlearn.rolling import pipelines
from hamlearn.rolling.evidence.tables import Tables, evidence, of_thesis, parameters

NETWORKS = {  # by figure: section of the settings, and architectures
    "fig15": ("plain", tuple(pipelines.DENSE)),
    "fig16": ("plain", pipelines.MNIST),
    "fig17": ("pipeline", ("std", "res")),
    "fig18": ("pipeline", ("tuned", "free")),
    "fig19": ("pipeline", ("hbfree",)),
    "hybrid": ("pipeline", ("hybrid",)),
}
CAPTIONS = ("fig15", "fig16", "fig17", "fig18", "fig19")
COUNT = "rolling.count.networks."


def _trained(tables: Tables, figure: str) -> int:
    """Return how many networks were trained for a figure, ours apart."""
    architectures = list(NETWORKS[figure][1])
    families = ["dense", *architectures]
    found = select(tables.metrics, figure, architecture=architectures, family=families)
    return int(found[["run", "seed"]].drop_duplicates().shape[0])


@evidence(*(COUNT + figure for figure in NETWORKS))
def of_a_figure(claim: Claim, tables: Tables) -> Evidence:
    figure = claim.id.removeprefix(COUNT)
    part = tables.settings[NETWORKS[figure][0]]
    used = {"chi": len(part["chi"]), "repeats": part["repeats"]}
    return Evidence(claim.id, _trained(tables, figure), n=1, settings=used)


@evidence(f"{COUNT}total")
def in_all(claim: Claim, tables: Tables) -> Evidence:
    parts = [tables.settings[section] for section in ("plain", "pipeline")]
    used = {
        "chi": [len(part["chi"]) for part in parts],
        "repeats": [part["repeats"] for part in parts],
    }
    total = sum(_trained(tables, figure) for figure in CAPTIONS)
    return Evidence(claim.id, total, n=1, settings=used)


@evidence("rolling.params.fc.small", "rolling.params.fc.medium", "rolling.params.fc.large")
def of_a_dense_network(claim: Claim, tables: Tables) -> Evidence:
    family = f"fc_{claim.id.rpartition('.')[2]}"
    (number,) = parameters(of_thesis(tables, family=family))
    return Evidence(claim.id, int(number), n=1)


@evidence("rolling.params.mnist.equal")
def equal_on_mnist(claim: Claim, tables: Tables) -> Evidence:
    found = parameters(of_thesis(tables, family=list(pipelines.MNIST)))
    holds = len(found) == 6 and found.nunique() == 1
    return Evidence(claim.id, sorted(set(map(int, found))), n=len(found), holds=holds)


@evidence("rolling.params.cifar.std_equals_residual")
def equal_without_and_with_bypasses(claim: Claim, tables: Tables) -> Evidence:
    layers = of_thesis(tables, family=["std", "res"])
    found = parameters(layers)
    kernels = [
        sorted(layers.loc[layers["family"] == family, "size"].dropna()) for family in ("std", "res")
    ]
    holds = len(found) == 6 and found.nunique() == 1 and kernels[0] == kernels[1]
    return Evidence(claim.id, sorted(set(map(int, found))), n=len(found), holds=holds)


@evidence("rolling.params.cifar.pipeline_equal")
def equal_pipelines(claim: Claim, tables: Tables) -> Evidence:
    families = ("res", "tuned", "free")
    layers = of_thesis(tables, family=list(families))
    pipeline = parameters(layers[layers["layer"].isin(["conv", "pool"])])
    residual, tuned, free = (parameters(layers)[family] for family in families)
    holds = pipeline.nunique() == 1 and (free > tuned).all() and (tuned > residual).all()
    numbers = [int(part.iloc[0]) for part in (residual, tuned, free)]
    return Evidence(claim.id, numbers, n=len(pipeline), holds=bool(holds))


@evidence("rolling.attention.neurons")
def one_more_than_operations(claim: Claim, tables: Tables) -> Evidence:
    layers = of_thesis(tables, family=list(pipelines.FREE))
    grouped = layers.groupby(["family", "kind"])
    operations = grouped["layer"].agg(lambda column: column.isin(["conv", "pool"]).sum())
    read_outs = grouped["read_out"].agg(lambda column: (column >= 0).sum())
    neurons = layers[layers["layer"] == "attention"].groupby(["family", "kind"])["out"].first()
    holds = (read_outs == operations + 1).all() and (neurons.astype(int) == read_outs).all()
    return Evidence(claim.id, int(read_outs.iloc[0]), n=len(read_outs), holds=bool(holds))


@evidence("rolling.attention.layer14_exists")
def number_of_read_outs(claim: Claim, tables: Tables) -> Evidence:
    layers = of_thesis(tables, family="hbfree", kind="torsum")
    return Evidence(claim.id, int((layers["read_out"] >= 0).sum()), n=1)
