"""Table I: architecture and hyper-parameters, the paper's beside ours."""

import pandas as pd

from hamlearn import plotting, tables
from hamlearn.files import read_small

ADAM_EPSILON = 1e-7
"""Default of Keras, with which every network is trained."""
NAMES = {"silu": "swish", "relu": "ReLU", "HeUniform": "He uniform", "same": "zero padding"}
COLUMNS = {"setting": "setting", "paper": "paper", "ours": "ours"}


def distinct(values):
    """Return the different entries of a column that are not empty, by the paper's names."""
    found = dict.fromkeys(value for value in values if value not in ("", "linear"))
    return ", ".join(NAMES.get(value, value).replace("x", "×") for value in found)


def of_layers(layers, paper):
    """Yield (setting, the paper's value, ours) of what the layers of the network tell."""
    convolutions = layers[layers["type"] == "Conv3D"]
    dense = layers[layers["type"] == "Dense"]
    joined = dense[dense["branch"] == "joined"]["output_shape"].tolist()
    rates = layers.loc[layers["type"] == "Dropout", "dropout"].astype(float)
    descriptor = layers["output_shape"][convolutions.index[0] - 1]
    maps = [int(shape.split("x")[-1]) for shape in convolutions["output_shape"]]
    units = paper.get("bubbles.net.dense_units")
    stated = {
        name: times(paper.get(f"bubbles.net.{name}")) for name in ("input_shape", "kernel", "pool")
    }
    yield "input of the convolutions", stated["input_shape"], descriptor.replace("x", "×")
    yield "activation", "swish", distinct(layers["activation"])
    yield "initialiser of kernels", "He uniform", distinct(layers["initialiser"])
    yield "convolutional kernel", stated["kernel"], distinct(convolutions["kernel"])
    yield "feature maps", paper.get("bubbles.net.features_layer1"), maps
    yield "average pooling", stated["pool"], distinct(layers["pool"])
    yield "padding of convolutions", "zero padding", distinct(convolutions["padding"])
    yield "dense layers with dropout", units, [int(width) for width in joined[:-1]]
    yield "dropout", paper.get("bubbles.net.dropout"), sorted(set(rates))
    second = dense[dense["branch"] == "second"]["output_shape"]
    yield "dense layers of the second branch", None, second.astype(int).tolist()
    momenta = layers.loc[layers["type"] == "BatchNormalization", "momentum"].astype(float)
    yield "momentum of batch normalisation", None, sorted(set(momenta))
    yield "parameters", None, int(layers["parameters"].sum())


def of_settings(used, paper):
    """Yield (setting, the paper's value, ours) of data and training."""
    yield "side of the flake (a)", paper.get("bubbles.model.flake_side"), used["side"]
    yield "training samples", paper.get("bubbles.data.samples_train"), used["train"]
    yield "test samples", paper.get("bubbles.data.samples_test"), used["test"]
    yield "optimiser", "Adam", "Adam"
    rate = paper.get("bubbles.train.optimiser_lr")
    yield "learning rate", rate, used["learning_rate"]
    yield "ε of Adam", paper.get("bubbles.train.adam_epsilon"), ADAM_EPSILON
    yield "loss", "mean squared error", "mean squared error"
    yield "batch size", paper.get("bubbles.train.batch_size"), used["batch"]
    yield "epochs", paper.get("bubbles.train.epochs"), used["epochs"]
    factor = paper.get("bubbles.train.offdiag_scale")
    yield "factor of off-diagonal targets", factor, used["factor"]
    yield "seeds", None, used["seeds"]


def times(sizes):
    """Return a list of sizes as text, such as 3×3×2."""
    return None if sizes is None else "×".join(map(str, sizes))


def table(architectures, claims, used):
    """Return setting, paper and ours (text), one row for each entry of Table I and what it omits.

    Parameters
    ----------
    architectures, claims : path
        Layers of the network; claims of the paper.
    used : mapping
        Settings: side, train, test (samples), learning_rate, batch, epochs, factor, seeds.
    """
    layers = read_small(architectures, keep_default_na=False)
    paper = plotting.paper_values(claims)
    rows = [*of_layers(layers, paper), *of_settings(used, paper)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return frame.assign(
        paper=frame["paper"].map(tables.number), ours=frame["ours"].map(tables.number)
    )


def markdown(frame, scale):
    """Return the table as Markdown."""
    note = (
        f"The primary network (Fig. 2) and how it is trained; scale: {scale}. An empty cell: not "
        "stated. Of the feature maps the paper states the first number only."
    )
    title = "Architecture and hyper-parameters (Table I)"
    return tables.markdown(title, note, frame, COLUMNS)


def draw(architectures, claims, scale, **used):
    """Return the page in Markdown and the table; `used` are settings, see :func:`of_settings`."""
    frame = table(architectures, claims, used)
    return markdown(frame, scale), frame
