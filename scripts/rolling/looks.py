"""Names, colours and markers of the networks of this study, the same in all figures."""

from hamlearn import plotting

FAMILIES = {
    "fc_small": "small",
    "fc_medium": "medium",
    "fc_large": "large",
    "full": "Full",
    "pool": "Pool",
    "std": "standard",
    "res": "residual",
    "tuned": "tuned attention",
    "free": "free attention",
    "hbfree": "high bandwidth",
    "hybrid": "hybrid",
}
KINDS = {"conv": "convolution", "torfcn": "ToroidalFCN", "torsum": "ToroidalSUM"}
SOURCES = {"mnist": "MNIST", "cifar10": "CIFAR-10", "digits": "digits"}
BY_KIND = {
    "conv": (plotting.ORANGE, "s"),
    "torfcn": (plotting.BLUE, "o"),
    "torsum": (plotting.GREEN, "^"),
}
BY_FAMILY = {
    "fc_small": (plotting.SKY, "v"),
    "fc_medium": (plotting.BLUE, "s"),
    "fc_large": (plotting.BLACK, "o"),
    "std": (plotting.BLACK, "o"),
    "res": (plotting.ORANGE, "s"),
    "tuned": (plotting.SKY, "v"),
    "free": (plotting.BLUE, "^"),
    "hbfree": (plotting.GREEN, "D"),
    "hybrid": (plotting.PINK, "P"),
}
VARIANTS = {  # by kind, downsampling and whether it is trained on rolled images
    ("torsum", "aligned", False): ("aligned pools, χ = 0", plotting.SKY, "^", "--"),
    ("torsum", "aligned", True): ("aligned pools, rolled", plotting.BLUE, "o", "-"),
    ("conv", "aligned", False): ("convolution, χ = 0", plotting.PINK, "v", "--"),
    ("conv", "aligned", True): ("convolution, rolled", plotting.ORANGE, "s", "-"),
    ("torsum", "dilated", False): ("dilated (exact)", plotting.GREEN, "D", "-"),
    ("torsum", "polyphase", False): ("polyphase (exact)", plotting.RED, "P", "-"),
    ("torsum", "none", False): ("no reduction (exact)", plotting.BLACK, "X", "-"),
}


def network(family: str, kind: str, by: str) -> dict[str, object]:
    """Return colour, marker, line and label of a network among those that differ `by` kind,
    family or both."""
    colour, marker = BY_FAMILY[family] if by == "family" else BY_KIND[kind]
    words = {"family": [FAMILIES[family]], "kind": [], "both": [FAMILIES[family]]}[by]
    label = " ".join(words if by == "family" else [*words, KINDS[kind]])
    dashed = by == "both" and family == "full"
    return {
        "color": colour,
        "marker": marker,
        "linestyle": "--" if dashed else "-",
        "label": label,
        **({"markerfacecolor": "w"} if dashed else {}),
    }


def source(ensemble: str) -> str:
    """Return images and their side in words, such as `MNIST, 28 × 28`."""
    name, _, side = ensemble.rpartition("_")
    return f"{SOURCES[name]}, {side} × {side}"


def images(row) -> str:
    """Return which images, of which side and how many a network of a row is trained on."""
    return f"{source(row['ensemble'])}, {plotting.thousands(row['n_train'])} training images"
