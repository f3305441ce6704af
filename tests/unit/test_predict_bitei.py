"""The command for hoppings of one's own: files of Wannier90 and npz, and what it refuses."""

import re

import numpy as np
import pandas as pd
import pytest
from own_data import describe, kept, refused, script

from hamlearn.bitei import ensemble, hoppings, inputs, own_file, plan, prediction
from hamlearn.bitei.lattice_sum import Crystal

ENDS = hoppings.load()


@pytest.fixture(scope="module")
def predict():
    return script("bitei").main


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "wannier90_hr.dat"
    own_file.write_wannier90(path, ENDS.vectors, ENDS.topological)
    return path


@pytest.fixture(scope="module")
def results(settings, tmp_path_factory):
    """Results of scale smoke with an untrained network of ours, twice, and one of the thesis."""
    networks = pytest.importorskip("hamlearn.bitei.networks")
    folder = tmp_path_factory.mktemp("results")
    found = settings("smoke")
    found["bitei"]["own"]["repeats"] = 2
    describe(folder, "bitei", found)
    seen = inputs.foreseen(Crystal(ENDS.trivial, ENDS.vectors), found["bitei"]["own"]["n"])
    for name in ("own_strong_points_0", "own_strong_points_1"):
        kept(folder, name, networks.points(seen.shape, [4]))
    kept(folder, "thesis_clean_small_0", networks.dense([4]))
    rows = {"run": ["own_strong_points_0", "own_strong_points_1"], "trace": [210.0, 230.0]}
    pd.DataFrame(rows).assign(ensemble="strong", trained_on="strong").to_csv(
        folder / "metrics.csv", index=False
    )
    return folder


def test_a_file_is_read_as_it_was_written(written):
    vectors, found = own_file.read(written)
    assert np.array_equal(vectors, ENDS.vectors)
    assert np.abs(found - ENDS.topological).max() < 1e-8


def test_degeneracies_divide_and_blocks_of_spin_are_put_in_order(written, tmp_path):
    lines = written.read_text().splitlines()
    lines[3] = lines[3].replace("1", "2", 1)
    path = tmp_path / "twice_hr.dat"
    path.write_text("\n".join(lines))
    _, halved = own_file.read(path)
    assert np.allclose(2 * halved[0], ENDS.topological[0], atol=1e-8)
    order = np.r_[0:18:2, 1:18:2]
    blocks = tmp_path / "blocks.npz"
    np.savez(blocks, vectors=ENDS.vectors, hoppings=ENDS.topological[:, order][:, :, order])
    assert np.array_equal(own_file.read(blocks, "blocks")[1], ENDS.topological)


def test_the_phase_of_a_file_stands_beside_what_networks_say(predict, written, results, tmp_path):
    output, figure = tmp_path / "phase.csv", tmp_path / "phase.png"
    given = ["--hoppings", written, "--exact", "--networks", results]
    predict(list(map(str, [*given, "--output", output, "--figure", figure])))
    table = pd.read_csv(output).set_index("source")
    row = table.loc["exact"]
    assert row["phase"] == "topological"
    assert row["gap_ev"] == pytest.approx(0.174, abs=1e-3)
    assert [row["z2_0"], row["z2_pi"]] == [0, 1]
    said = table.drop(index="exact")
    assert said["networks"].to_dict() == {"own_strong_points": 2, "thesis_clean_small": 1}
    shares = said[["p_trivial", "p_topological", "p_weyl"]]
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
    assert (shares.idxmax(axis=1) == "p_" + said["phase"]).all()
    assert said.loc["own_strong_points", "test_trace"] == pytest.approx(220)
    assert figure.stat().st_size > 10_000


def test_without_a_network_the_exact_phase_remains(predict, written, tmp_path, capsys):
    given = ("--hoppings", str(written), "--networks", str(tmp_path))
    predict([*given, "--exact"])
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert "no trained network of `bitei` there" in printed.err
    assert printed.out.count("\n") == 2
    line = refused(predict, capsys, *given, "--occupied", 10)
    assert "10 occupied bands; networks know crystals of 12" in line


def test_crystals_of_the_training_are_like_it_and_others_are_named(settings):
    for plans in plan.ensembles(settings("smoke")["bitei"]).values():
        drawn = ensemble.draw(plans, 1, stop=4)
        for crystal in drawn.crystals():
            assert prediction.unlike(crystal, drawn.vectors, plans) == []
    beyond = hoppings.interpolate(ENDS.trivial, ENDS.topological, 1.3)
    (line,) = prediction.unlike(beyond, ENDS.vectors, plans)
    assert line.startswith("mixture α = 1.3: outside of what the network was trained on, 0 to 1, ")
    noisy = ENDS.trivial + 0.5 * ensemble.draw(plans, 1).noise(0)
    line = prediction.unlike(noisy, ENDS.vectors, plans)[-1]
    said = re.match(r"noise δ = (\S+) of the hoppings: outside of .* up to 0.25, by (\S+)$", line)
    assert float(said[1]) == pytest.approx(0.5, rel=0.05)
    assert float(said[2]) == pytest.approx(float(said[1]) - 0.25, abs=0.01)


def test_bands_along_lines_meet_at_the_smallest_gap():
    found = prediction.lines(ENDS.topological, ENDS.vectors, 12)
    assert sorted(found["band"].unique()) == [11, 12, 13, 14]
    middle = found[found["step"].abs() < 1e-12]
    gaps = middle[middle["band"] == 13]["energy_ev"].to_numpy()
    np.testing.assert_allclose(2 * gaps, 0.174, atol=1e-3)
    low = found[found["band"] == 12].groupby("axis")["energy_ev"].max()
    high = found[found["band"] == 13].groupby("axis")["energy_ev"].min()
    assert (high - low > 0).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[: len(text) // 2], "truncated: .* hoppings, expected 86508"),
        (lambda text: text + " 1 2 3", "more than the 86508 hoppings"),
        (lambda text: "nothing\nof\nthe kind", "expected a file of Wannier90"),
        (lambda text: "", "expected a file of Wannier90"),
        (lambda text: text.replace("\n18\n", "\n-3\n", 1), "-3 Wannier functions"),
    ],
)
def test_files_that_are_not_whole_are_refused(predict, written, tmp_path, capsys, change, words):
    path = tmp_path / "wannier90_hr.dat"
    path.write_text(change(written.read_text()))
    line = refused(predict, capsys, "--hoppings", path)
    assert str(path) in line
    assert re.search(words, line), line


@pytest.mark.parametrize(
    ("added", "words"),
    [
        (0.05j * np.eye(18), "not hermitian: they miss it by 0.1 eV"),
        (
            0.05 * np.kron(np.eye(9), np.diag([1, -1])),
            "not symmetric under time reversal: .* 0.1 eV",
        ),
    ],
)
def test_broken_symmetries_are_refused_with_their_size(predict, tmp_path, capsys, added, words):
    crystal = ENDS.trivial.copy()
    crystal[(ENDS.vectors == 0).all(axis=1)] += added
    path = tmp_path / "broken.npz"
    np.savez(path, vectors=ENDS.vectors, hoppings=crystal)
    line = refused(predict, capsys, "--hoppings", path)
    assert re.search(words, line), line


@pytest.mark.parametrize("occupied", [0, 7, 18])
def test_wrong_numbers_of_bands_are_refused(predict, written, capsys, occupied):
    line = refused(predict, capsys, "--hoppings", written, "--occupied", occupied)
    assert f"occupied = {occupied}: expected an even number of bands between 0 and 18" in line


def test_wrong_tolerances_are_refused(predict, written, capsys):
    line = refused(predict, capsys, "--hoppings", written, "--tolerance", "-1")
    assert "--tolerance -1: expected an energy above 0" in line


def test_small_violations_are_averaged_away():
    crystal = ENDS.trivial.copy()
    crystal[(ENDS.vectors == 0).all(axis=1)] += 1e-4 * np.kron(np.eye(9), np.diag([1, -1]))
    found, missed = own_file.symmetric(crystal, ENDS.vectors)
    assert np.abs(found - ENDS.trivial).max() < 1e-12
    assert missed == ["time reversal is missed by 0.0002 eV, which is averaged away"]
