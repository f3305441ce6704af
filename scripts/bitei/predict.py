"""Phase of a crystal of your own from its hoppings, exactly and by the trained networks.

    python scripts/bitei/predict.py --hoppings wannier90_hr.dat --occupied 12

The table goes to --output, or to standard output; docs/hoppings.md says what is in it.
"""

import argparse
from pathlib import Path

import pandas as pd

from hamlearn import commands, config
from hamlearn.bitei import own_file, prediction, solver

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "results/default/bitei"


def options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--hoppings", required=True, metavar="FILE", help="wannier90_hr.dat, or npz")
    add("--occupied", type=int, default=12, metavar="N", help="bands below the gap (default 12)")
    add("--spins", choices=own_file.SPINS, default=own_file.SPINS[0], help="order of the orbitals")
    add("--tolerance", type=float, default=own_file.TOLERANCE, metavar="EV",
        help="of broken symmetries, which are averaged away (default %(default)g)")  # fmt: skip
    add("--results", default=RESULTS, metavar="FOLDER", help="with networks, of the study `bitei`")
    add("--output", metavar="CSV", help="default: standard output")
    return parser.parse_args(arguments)


def by_networks(crystal, vectors, occupied: int, results: Path) -> list[pd.DataFrame]:
    """Return what the trained networks say, if they can look at such a crystal."""
    settings = prediction.settings_of(results)
    if settings is None:
        commands.warn([f"{results}: no results, so no networks; `make all` trains them"])
        return []
    reason = prediction.fitting(crystal, occupied)
    found = [] if reason else prediction.networks_of(results, settings)
    if not found:
        commands.warn([f"{results}: no networks: {reason or 'none was trained'}"])
        return []
    backend = config.load(config.read([ROOT / "config.yaml"]))["training"]["backend"]
    commands.start_keras(backend)
    known = prediction.traces(results)
    return [prediction.predicted(crystal, vectors, trained, known) for trained in found]


def main(arguments: list[str] | None = None) -> None:
    chosen = options(arguments)
    with commands.reported():
        commands.check_outputs({"--output": chosen.output})
        if not chosen.tolerance > 0:
            raise ValueError(f"--tolerance {chosen.tolerance:g}: expected an energy above 0")
        vectors, crystal = own_file.read(chosen.hoppings, chosen.spins)
        solver.check_occupied(chosen.occupied, crystal.shape[-1])
        crystal, missed = own_file.symmetric(crystal, vectors, chosen.tolerance)
        commands.warn(f"{chosen.hoppings}: {words}" for words in missed)
        tables = [
            prediction.exact(crystal, vectors, chosen.occupied),
            *by_networks(crystal, vectors, chosen.occupied, Path(chosen.results)),
        ]
        commands.write(pd.concat(tables, ignore_index=True), chosen.output)


if __name__ == "__main__":
    main()
