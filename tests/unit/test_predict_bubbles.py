"""Predictions for a height map of one's own: networks, trained range, and the command."""

import functools
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bubbles_laws import law
from own_data import kept, refused, script

from hamlearn import bubbles, maps, trained
from hamlearn.bubbles import ensemble, prediction, sheet, solver, trained_range
from hamlearn.learning import training as learning
from hamlearn.transport import brickwall

keras = pytest.importorskip("keras")
own = pytest.importorskip("hamlearn.bubbles.own")
networks = pytest.importorskip("hamlearn.bubbles.networks")

SIDE, PIXELS, SEEDS, SAMPLES = 20.0, 12, 2, 200
LENGTHS = maps.Lengths(2.46)
ENERGIES = np.array([0.1, 0.3, 0.6])
PLAN = law(SIDE, SAMPLES, name="train")

pytestmark = pytest.mark.usefixtures("eagerly")


def network(seed: int = 0, side: float = SIDE, steps: str = "modes"):
    """An untrained network that knows its flake."""
    keras.utils.set_random_seed(seed)
    sizes = {"channels": (4, 6, 6), "dense": (8, 8), "dropout": 0.0}
    known = {"window": 0.63, "thresholds": brickwall.thresholds_of_flake(side).tolist()}
    return own.own(PIXELS, side=side, steps=steps, **known, **sizes)


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    """A folder of results with networks of two seeds and their training ensemble."""
    folder = tmp_path_factory.mktemp("work") / "results" / "smoke" / "bubbles"
    for seed in range(SEEDS):
        kept(folder, "own", network(seed), job="together_2", seed=seed)
    kept(folder, "staircase", network(0, steps="smeared"), job="together_2", seed=1)
    (folder / "data/train").mkdir(parents=True)
    ensemble.save(folder / "data/train/ensemble.npz", ensemble.draw(PLAN, root_seed=1))
    return folder


@pytest.fixture(scope="module", autouse=True)
def read_once():
    """Read each network once, and measure the ensemble once: most of what these tests take."""
    measured, known = {}, trained_range.known

    def once(flakes, network, pixels):
        key = (id(network), pixels, len(flakes))
        if key not in measured:
            measured[key] = known(flakes, network, pixels)
        return measured[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks, "load", functools.cache(networks.load))
        patch.setattr(trained_range, "known", once)
        yield


def found(results) -> list[trained.Trained]:
    return trained.find("bubbles", [results], ["own"])


@pytest.fixture(scope="module")
def loaded(results):
    return prediction.load([one.path for one in found(results)])


@pytest.fixture(scope="module")
def seen(results, loaded):
    flakes = ensemble.load(results / "data/train/ensemble.npz")
    return trained_range.known(flakes, loaded[0][0], PIXELS)


def one(amplitude: float = 0.6, sigma: float = 1.5, x: float = 2.0, y: float = -1.0) -> np.ndarray:
    return bubbles.height_map(np.array([[amplitude, sigma, sigma, x, y]]), SIDE, SIDE, PIXELS)


def test_a_network_knows_its_flake(loaded):
    assert loaded[1] == prediction.Flake(SIDE, PIXELS, 3.37, 0.63)
    assert len(loaded[0]) == SEEDS


def test_modes_are_those_of_the_leads(loaded):
    energies = np.linspace(0.01, 0.63, 63)
    _, rows = brickwall.shape(SIDE, SIDE)
    assert np.array_equal(loaded[1].modes(energies), brickwall.open_modes(rows, energies))


def test_networks_of_another_kind_or_flake_are_refused(results, tmp_path):
    known = found(results)[0].path
    learning.save(network(side=24.0), tmp_path / "wide.keras")
    with pytest.raises(ValueError, match=r"wide.keras: trained for Flake\(side=24.0, .* but .*own"):
        prediction.load([known, tmp_path / "wide.keras"])
    sizes = {"channels": (4, 4, 6, 6, 4), "dense": (16, 8), "branch": (4,)}
    full = networks.mixed_input(8, **sizes, dropout=0.0, momentum=0.9)
    learning.save(full, tmp_path / "full.keras")
    with pytest.raises(ValueError, match="full.keras: expected a network `own` or `staircase`"):
        prediction.load([tmp_path / "full.keras"])
    (tmp_path / "text.keras").write_text("no network")
    with pytest.raises(ValueError, match="text.keras: expected a Keras network"):
        prediction.load([tmp_path / "text.keras"])


def test_a_curve_is_the_mean_over_networks_with_their_range(loaded, monkeypatch):
    given, flake = loaded
    modes = flake.modes(ENERGIES)
    monkeypatch.setattr(prediction, "BATCH", 2)
    found = prediction.curve(given, one(), modes, ENERGIES)
    apart = [prediction.curve([network], one(), modes, ENERGIES) for network in given]
    middle = np.array([frame["conductance_g0"] for frame in apart])
    assert np.ptp(middle, axis=0).min() > 0
    np.testing.assert_allclose(found["conductance_g0"], middle.mean(axis=0))
    np.testing.assert_allclose(found["least_g0"], middle.min(axis=0))
    np.testing.assert_allclose(found["most_g0"], middle.max(axis=0))
    for end in ("low_g0", "high_g0"):
        np.testing.assert_allclose(found[end], np.mean([f[end] for f in apart], axis=0))
    assert (found["low_g0"] < found["conductance_g0"]).all()
    assert (found["conductance_g0"] < found["high_g0"]).all()
    assert (found["high_g0"] <= found["modes"]).all()


def test_a_curve_is_what_the_network_says_of_such_a_sample(loaded):
    from hamlearn.bubbles import inputs

    given, flake = loaded
    flakes = ensemble.draw(PLAN, root_seed=1)[slice(0, 3)]
    modes = flake.modes(flakes.energy)
    on_device = inputs.from_bubbles(given[0], flakes)
    arrays = inputs.wanted(on_device, inputs.of_samples(flakes, modes))
    expected = on_device.predict_on_batch(arrays)
    for i in range(3):
        heights = bubbles.height_map(flakes.sample(i), SIDE, SIDE, PIXELS)
        found = prediction.curve(given[:1], heights, modes[[i]], flakes.energy[[i]])
        row = found[["conductance_g0", "low_g0", "high_g0"]].to_numpy()[0]
        np.testing.assert_allclose(row, expected[i], rtol=1e-4)


def test_a_flat_map_is_predicted_to_transmit_every_mode(loaded):
    given, flake = loaded
    modes = flake.modes(ENERGIES)
    found = prediction.curve(given, np.zeros((PIXELS, PIXELS)), modes, ENERGIES)
    np.testing.assert_allclose(found["conductance_g0"], modes, rtol=1e-3)


def test_networks_without_mode_numbers_serve_as_well(results):
    path = results / "networks/together_2/seed1/staircase.keras"
    given, flake = prediction.load([path])
    found = prediction.curve(given, one(), flake.modes(ENERGIES), ENERGIES)
    assert np.isfinite(found).all(axis=None)


def test_the_exact_curve_is_that_of_the_solver(loaded):
    flake = np.array([[0.6, 1.5, 1.5, 2.0, -1.0]])
    z = bubbles.height_map(flake, SIDE, SIDE, 100)
    placed, _ = sheet.place(z, (0.2, 0.2), SIDE, LENGTHS)
    expected = solver.transmission(flake, ENERGIES, SIDE, SIDE).total
    np.testing.assert_allclose(prediction.exact(placed, loaded[1], ENERGIES), expected, atol=1e-4)


@pytest.mark.parametrize("energy", [-0.1, 0.0, 0.64, np.nextafter(0.63, 1)])
def test_energies_outside_the_window_are_refused(loaded, energy):
    with pytest.raises(ValueError, match=r"energies: .* t is outside the window 0 < E <= 0.63 t"):
        loaded[1].check(np.array([0.3, energy]))
    loaded[1].check(np.array([0.001, 0.63]))


def test_the_trained_range_is_that_of_the_bubbles(seen):
    flakes = ensemble.draw(PLAN, root_seed=1)
    pictures = [bubbles.height_map(flakes.sample(i), SIDE, SIDE, PIXELS) for i in range(SAMPLES)]
    assert seen.height == pytest.approx(max(map(np.ptp, pictures)), rel=1e-4)
    assert seen.height < max(flakes.sample(i)[:, 0].sum() for i in range(SAMPLES))
    assert 5 < seen.centre <= 6
    assert 0 < seen.mean_strain < seen.largest_strain < 1
    assert seen.energies == (flakes.energy.min(), flakes.energy.max())


def warned(loaded, seen, heights, energies=ENERGIES) -> list[str]:
    given, flake = loaded
    return trained_range.unlike(heights, energies, given[0], flake, seen, LENGTHS)


def test_nothing_is_said_of_what_was_trained_on(loaded, seen):
    flakes = ensemble.draw(PLAN, root_seed=1)
    for i in range(len(flakes)):
        assert not warned(loaded, seen, bubbles.height_map(flakes.sample(i), SIDE, SIDE, PIXELS))


def test_heights_and_strain_beyond_training_are_named_with_how_far(loaded, seen):
    high = one(amplitude=2 * seen.height, sigma=4.0)
    height, mean = warned(loaded, seen, high)
    times = float(re.search(r"nm, by a factor of (\S+)$", height)[1])
    assert height.startswith("difference of heights ")
    assert times == pytest.approx(np.ptp(high) / seen.height, rel=0.05)
    assert mean.startswith("mean strain 1 - |t| 0.")
    steep = np.zeros((PIXELS, PIXELS))
    steep[5:7, 5:7] = 0.95 * seen.height
    (largest,) = warned(loaded, seen, steep)
    assert largest.startswith("largest strain 1 - |t| ")


@pytest.mark.parametrize("sign", [1, -1])
def test_bubbles_and_dents_off_the_centre_are_named(loaded, seen, sign):
    off = one(amplitude=0.4, x=9.0) + one(amplitude=0.4, x=-2.0, y=3.0)
    (line,) = warned(loaded, seen, sign * off)
    beyond = LENGTHS.nm(9.0 - seen.centre).split()[0]
    words = r"1 of 2 bubbles: outside of .*, \|x\|, \|y\| < 1.\d+ nm, by up to (\S+) nm"
    assert float(re.fullmatch(words, line)[1]) == pytest.approx(float(beyond), abs=0.2)


def test_energies_that_were_not_trained_are_named(loaded, seen):
    (line,) = warned(loaded, seen, one(), np.array([0.01, 0.3]))
    assert line.startswith("energies from 0.01 to 0.3 t: outside of what the network was trained")


def test_without_the_training_ensemble_there_is_a_warning(loaded, results, tmp_path):
    given, flake = loaded
    about = (flake, one(), ENERGIES, LENGTHS)
    assert not trained_range.compared(given[0], found(results)[0], *about)
    lost = trained.Trained(tmp_path / "own.keras", "own", tmp_path)
    (line,) = trained_range.compared(given[0], lost, *about)
    assert line.startswith(f"{tmp_path / 'data/train/ensemble.npz'}: no such file, so nothing is")


def test_an_ensemble_of_other_flakes_is_refused(loaded, tmp_path):
    lost = trained.Trained(tmp_path / "own.keras", "own", tmp_path)
    (tmp_path / "data/train").mkdir(parents=True)
    flakes = ensemble.draw(PLAN, root_seed=1)
    other = ensemble.Ensemble(flakes.bubbles, flakes.energy, "gaussian", 30.0)
    ensemble.save(tmp_path / "data/train/ensemble.npz", other)
    with pytest.raises(ValueError, match="ensemble.npz: flakes of 30 a, the network was trained"):
        trained_range.compared(loaded[0][0], lost, loaded[1], one(), ENERGIES, LENGTHS)


@pytest.fixture
def command(results, tmp_path):
    """A function of the map and of changed options that runs the command, None leaves one out."""

    def run(z, **changes):
        if z is not None:
            np.savetxt(tmp_path / "map.csv", z, delimiter=",")
        given = {"height_map": tmp_path / "map.csv", "spacing": "0.2a", "energies": "0.1:0.6:6"}
        given |= {"height_unit": "a", "networks": results / "networks"} | changes
        arguments = []
        for name, value in given.items():
            if value is not None:
                words = value if isinstance(value, list) else [value]
                words = [] if value is True else list(map(str, words))
                arguments += [f"--{name.replace('_', '-')}", *words]
        return script("bubbles").main(arguments)

    return run


def fine(amplitude: float = 0.6, number: int = 100) -> np.ndarray:
    flake = np.array([[amplitude, 1.5, 1.5, 2.0, -1.0]])
    return bubbles.height_map(flake, 0.2 * number, 0.2 * number, number)


def test_the_command_prints_a_table(command, capsys):
    command(fine())
    printed = capsys.readouterr()
    assert printed.err == ""
    frame = pd.read_csv(io.StringIO(printed.out))
    assert list(frame) == [
        *("energy_t", "modes", "conductance_g0", "low_g0", "high_g0", "least_g0", "most_g0")
    ]
    np.testing.assert_allclose(frame["energy_t"], np.linspace(0.1, 0.6, 6), atol=1e-9)


def test_the_command_writes_table_and_figure(command, tmp_path, capsys):
    outputs = {"output": tmp_path / "t.csv", "figure": tmp_path / "f.png", "exact": True}
    command(fine(), energies="0.1:0.6:3", **outputs)
    assert capsys.readouterr().out == ""
    frame = pd.read_csv(tmp_path / "t.csv")
    flake = np.array([[0.6, 1.5, 1.5, 2.0, -1.0]])
    expected = solver.transmission(flake, frame["energy_t"].to_numpy(), SIDE, SIDE).total
    np.testing.assert_allclose(frame["exact_g0"], expected, atol=1e-4)
    assert (tmp_path / "f.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["f.png", "map.csv", "t.csv"]


@pytest.mark.parametrize(
    ("factor", "options"),
    [
        (0.246, {"height_unit": "nm", "spacing": "0.0492nm"}),
        (2.46, {"height_unit": "A", "spacing": ["0.492A", "0.2a"]}),
        (2.46e-10, {"height_unit": "m", "spacing": "4.92e-11m"}),
    ],
)
def test_units_do_not_change_the_result(command, capsys, factor, options):
    command(fine())
    expected = capsys.readouterr().out
    command(factor * fine(), **options)
    found, expected = (
        np.array([line.split(",") for line in text.split()[1:]], dtype=float)
        for text in (capsys.readouterr().out, expected)
    )
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_transposed_map_has_columns_along_x(command, capsys):
    z = fine()[:, ::2]
    command(z, spacing=["0.2a", "0.4a"])
    expected = capsys.readouterr().out
    command(z.T, spacing=["0.4a", "0.2a"], transpose=True)
    assert capsys.readouterr().out == expected


def test_a_tilted_map_is_levelled_by_the_command(command, capsys):
    command(fine(number=90) + 0.03 * np.arange(90), level=True)
    warnings = capsys.readouterr().err.splitlines()
    assert len(warnings) == 1
    assert "flat sheet is added along x and y" in warnings[0]


def test_warnings_are_one_line_each(command, capsys):
    command(fine(amplitude=9.0), energies="0.01,0.3")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) >= 3
    assert all(line.startswith("warning: ") for line in lines)


NOT_FINITE = np.zeros((100, 100))
NOT_FINITE[3, 6] = np.nan


@pytest.mark.parametrize(
    ("z", "changes", "words"),
    [
        (NOT_FINITE, {}, "map.csv: row 4, column 7 is nan, not finite"),
        (np.zeros(100), {}, "map: 100 x 1 heights on"),
        (fine(), {"spacing": "0.2"}, "length '0.2': expected a number with a unit"),
        (fine(), {"spacing": "0.2ft"}, "unit 'ft': expected one of"),
        (fine(), {"spacing": "0a"}, "length '0a': expected more than 0"),
        (fine(), {"spacing": ["1a", "1a", "1a"]}, "spacing: 3 lengths, expected one or two"),
        (fine(), {"height_unit": "um"}, "unit 'um': expected one of"),
        (fine(), {"energies": "0.1:0.7:4"}, "energies: 0.7 t is outside the window"),
        (fine(), {"energies": "0.1-0.7"}, "energies '0.1-0.7': expected low:high:count"),
        (fine(), {"figure": "f.png", "energies": "0.3"}, "figure: one energy, 0.3 t"),
        (fine(number=120) + 0.1 * np.arange(120), {}, "map: larger than the flake"),
        (fine(number=80) + 0.1 * np.arange(80), {}, "map: smaller than the flake"),
        (1e300 * fine(), {"height_unit": "nm"}, "map: heights differ by"),
        (fine(), {"energies": "0:1:100000000000000"}, "expected at most 100000 of them"),
    ],
)
def test_wrong_maps_and_options_are_one_line(command, capsys, z, changes, words):
    assert words in refused(lambda _: command(z, **changes), capsys)


def test_a_map_with_three_axes_is_refused(command, capsys, tmp_path):
    np.save(tmp_path / "map.npy", np.zeros((3, 8, 8)))
    line = refused(lambda _: command(None, height_map=tmp_path / "map.npy"), capsys)
    assert "expected a map with rows and columns, got shape (3, 8, 8)" in line
