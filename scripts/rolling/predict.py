"""Classes of images of your own, under every roll, by trained networks.

    python scripts/rolling/predict.py --images digits.npz --figure rolls.png

Images are .npz, .npy or .png. The table goes to --output, or to standard output; docs/images.md
says what is in it.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from hamlearn import commands, config, plotting
from hamlearn.rolling import prediction

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "results/default/rolling"
SHOWN = 6
"""Images of a figure."""


def options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--images", required=True, nargs="+", metavar="FILE", help=".npz, .npy or .png")
    add(
        "--results", default=RESULTS, metavar="FOLDER", help="with networks, of the study `rolling`"
    )
    add("--network", nargs="+", default=[], metavar="NAME", help="names in its metrics.csv")
    add("--output", metavar="CSV", help="default: standard output, unless there is a figure")
    add("--every", metavar="CSV", help="probabilities under every single roll")
    add("--figure", metavar="PNG", help="images, and answers under every roll; or .pdf, .svg")
    return parser.parse_args(arguments)


@plotting.styled
def draw(images: np.ndarray, found: np.ndarray, name: str, scale: str):
    """Draw the first images and, below each, the probability of its answer under every roll.

    Parameters
    ----------
    images : (n, N, N, c) in [0, 1]
    found : (n, N, N, classes)
        Probabilities of each image rolled by (a, b) pixels.
    name, scale : str
    """
    number = min(len(images), SHOWN)
    figure = plotting.figure(plotting.TWO_COLUMNS, 3.2, scale)
    grid = figure.subplots(2, number, squeeze=False)
    for image, probability, (above, below) in zip(images, found, grid.T, strict=False):
        style = {"cmap": "Greys_r", "vmin": 0, "vmax": 1} if image.shape[2] == 1 else {}
        above.imshow(image if image.shape[2] == 3 else image[..., 0], **style)
        above.set(xticks=[], yticks=[])
        answer = int(probability[0, 0].argmax())
        shown = below.imshow(probability[..., answer], vmin=0, vmax=1, origin="lower")
        below.set(xlabel="roll, columns")
        share = (probability.argmax(axis=2) == answer).mean()
        below.set_title(f"class {answer}\nin {share:.0%} of rolls", size=7)
    grid[1, 0].set_ylabel("roll, rows (pixels)")
    figure.colorbar(shown, ax=list(grid[1]), label="probability", aspect=12)
    figure.suptitle(name, size=8)
    return figure


def predict(chosen: argparse.Namespace) -> None:
    outputs = {"--output": chosen.output, "--every": chosen.every, "--figure": chosen.figure}
    commands.check_outputs(outputs)
    commands.check_figure(chosen.figure)
    images = prediction.read(chosen.images)
    trained = prediction.chosen(chosen.results, chosen.network)
    pixels = [prediction.fitted(images, one) for one in trained]
    commands.start_keras(config.load(config.read([ROOT / "config.yaml"]))["training"]["backend"])
    answers = []
    for one, given in zip(trained, pixels, strict=True):
        commands.warn(prediction.warnings(given, one, chosen.results))
        network = prediction.load(one)
        answers.append(prediction.probabilities(network, given, one.ensemble.source))
    found = [(a, one.run.name) for a, one in zip(answers, trained, strict=True)]
    if chosen.output or not chosen.figure:
        tables = [prediction.summary(*pair) for pair in found]
        commands.write(pd.concat(tables, ignore_index=True), chosen.output)
    if chosen.every:
        tables = [prediction.every_roll(*pair) for pair in found]
        commands.write(pd.concat(tables, ignore_index=True), chosen.every)
    if chosen.figure:
        scale = Path(chosen.results).resolve().parent.name
        drawing = draw(pixels[0], *found[0], scale if scale in config.SCALES else "not known")
        commands.save(drawing, chosen.figure)


def main(arguments: list[str] | None = None) -> None:
    chosen = options(arguments)
    with commands.reported():
        predict(chosen)


if __name__ == "__main__":
    main()
