"""Conductance of a map of on-site energies of your own, exactly and by the networks of its size.

    python scripts/wires/predict.py --onsite map.csv --energies=-0.18:0.18:10

Rows of the map run along the current, columns across it, energies are in t. The table goes to
--output, or to standard output; docs/own-data.md says what is in it.
"""

import argparse
from pathlib import Path

import pandas as pd

from hamlearn import commands, config, maps
from hamlearn.wires import prediction

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "results/default/wires"


def options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--onsite", required=True, metavar="FILE", help="text or .npy, in t; rows run along x")
    add("--energies", default="0", metavar="LOW:HIGH:COUNT",
        help="in t, or E1,E2,... (default 0); with = before a negative one")  # fmt: skip
    add("--results", default=RESULTS, metavar="FOLDER", help="with networks, of the study `wires`")
    add("--output", metavar="CSV", help="default: standard output")
    return parser.parse_args(arguments)


def by_networks(onsite, results: Path) -> list[pd.DataFrame]:
    """Return what the networks of the size of a wire say, beside the exact bias average."""
    settings = prediction.settings_of(results)
    if settings is None:
        commands.warn([f"{results}: no results, so no networks; `make all` trains them"])
        return []
    found = prediction.of_shape(results, settings, onsite.shape)
    if not found:
        size, shapes = " x ".join(map(str, onsite.shape)), prediction.sizes(settings)
        reason = "; `make all` trains them" if size in shapes else f", only {', '.join(shapes)}"
        commands.warn([f"{results}: no networks for {size} sites{reason}"])
        return []
    commands.start_keras(config.load(config.read([ROOT / "config.yaml"]))["training"]["backend"])
    for ensemble in dict.fromkeys(trained.ensemble for trained in found):
        commands.warn(prediction.warnings(onsite, ensemble))
    errors = prediction.errors(results)
    tables = [
        prediction.predicted(onsite, trained, settings, errors.get(trained.run.name, float("nan")))
        for trained in found
    ]
    if any(trained.run.target == prediction.BIAS_CONDUCTANCE for trained in found):
        tables.insert(0, prediction.exact_average(onsite, settings))
    return tables


def main(arguments: list[str] | None = None) -> None:
    chosen = options(arguments)
    with commands.reported():
        commands.check_outputs({"--output": chosen.output})
        onsite = maps.read(chosen.onsite)
        exact = prediction.exact(onsite, maps.energies(chosen.energies))
        tables = [exact, *by_networks(onsite, Path(chosen.results))]
        commands.write(pd.concat(tables, ignore_index=True), chosen.output)


if __name__ == "__main__":
    main()
