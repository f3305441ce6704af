"""Classes of images of your own, under every roll, by trained networks.

    python scripts/rolling/predict.py --images digits.npz --figure rolls.png

docs/own-data.md says what images may be, and what the table holds.
"""

import numpy as np
import pandas as pd

from hamlearn import commands, plotting, trained
from hamlearn.rolling import prediction

SHOWN = 6
"""Images of a figure."""


def options(add) -> None:
    add("--images", required=True, nargs="+", metavar="FILE", help=".npz, .npy or .png")
    add("--every", metavar="CSV", help="probabilities under every single roll")


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


def tables(of_one, answers: list[np.ndarray], found: list[trained.Trained]) -> pd.DataFrame:
    """Return the tables of all networks below one another."""
    pairs = zip(answers, found, strict=True)
    return pd.concat([of_one(answer, one.name) for answer, one in pairs], ignore_index=True)


def predict(chosen) -> None:
    images = prediction.read(chosen.images)
    found = commands.networks(chosen, "rolling", prediction.names)
    pixels = [prediction.fitted(images, one) for one in found]
    commands.start_keras()
    answers = []
    for one, given in zip(found, pixels, strict=True):
        network, source = prediction.load(one), prediction.plan_of(one).source
        commands.warn(prediction.unlike(given, one))
        answers.append(prediction.probabilities(network, given, source))
    if chosen.every:
        commands.write(tables(prediction.every_roll, answers, found), chosen.every)
    if chosen.output or chosen.figure or not chosen.every:
        scale = trained.scale_of(found)
        commands.deliver(
            chosen,
            tables(prediction.summary, answers, found),
            lambda: draw(pixels[0], answers[0], found[0].name, scale),
        )


def main(arguments: list[str] | None = None) -> None:
    text, extra = __doc__, {"exact": False, "others": ["every"]}
    commands.main("rolling", text, options, predict, arguments, **extra)


if __name__ == "__main__":
    main()
