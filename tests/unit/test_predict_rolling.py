"""Images of one's own: how they are read, what networks say of them under rolls, the command."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from own_data import describe, kept, refused, script
from PIL import Image

from hamlearn import trained
from hamlearn.rolling import ensemble, prediction
from hamlearn.study import Study

keras = pytest.importorskip("keras")
networks = pytest.importorskip("hamlearn.rolling.networks")
NAMES = ("std_torsum_dilated_chi0_0", "hbfree_torsum_chi4_0", "std_conv_chi0_0")

pytestmark = pytest.mark.usefixtures("eagerly")


@pytest.fixture(scope="module")
def results(settings, tmp_path_factory):
    """A folder of results at scale default with untrained networks and the training images."""
    folder = tmp_path_factory.mktemp("results") / "default" / "rolling"
    found = settings("default")["rolling"]
    describe(folder, "rolling", settings("default"))
    study = Study("rolling", found)
    keras.utils.set_random_seed(0)
    for name in NAMES:
        run = study.runs[name]
        built = networks.build(run.architecture, shape=(8, 8, 1), **run.options)
        for weight in built.trainable_weights:
            weight.assign(np.random.default_rng(1).normal(size=weight.shape))
        kept(folder, name, built, job=study.job(run))
    known = study.ensembles["digits_8"]
    (folder / "data" / known.name).mkdir(parents=True)
    ensemble.save(folder / "data" / known.name / "ensemble.npz", ensemble.draw(known, 2020))
    return folder


@pytest.fixture
def command(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return script("rolling").main


def network(results, name: str) -> trained.Trained:
    (found,) = trained.find("rolling", [next(results.rglob(f"{name}.keras"))], ())
    return found


def digits(number=3):
    from sklearn.datasets import load_digits

    return (load_digits().images[:number] * 255 / 16).astype(np.uint8)


def test_a_table_says_how_answers_vary_over_all_rolls(results, command, capsys):
    np.savez("own.npz", images=digits())
    files = [str(network(results, name).path) for name in NAMES[:2]]
    command(["--images", "own.npz", "--networks", *files, "--every", "every.csv"])
    assert capsys.readouterr().out == ""
    command(["--images", "own.npz", "--networks", *files])
    table = pd.read_csv(pd.io.common.StringIO(capsys.readouterr().out))
    assert list(table) == list(prediction.COLUMNS)
    assert len(table) == 2 * 3 * 10
    sums = table.groupby(["network", "image"])[["probability", "mean", "answers"]].sum()
    np.testing.assert_allclose(sums, 1, atol=1e-6)
    exact, seen = (table[table["network"] == name] for name in NAMES[:2])
    assert exact["sd"].max() < 1e-5 < 1e-3 < seen["sd"].max()
    every = pd.read_csv("every.csv")
    assert len(every) == 2 * 3 * 64
    one = every[(every["network"] == NAMES[1]) & (every["image"] == 1)]
    shown = seen[seen["image"] == 1]
    np.testing.assert_allclose(one[[f"p{c}" for c in range(10)]].max(), shown["most"], atol=1e-8)


def test_the_first_roll_is_none_and_others_are_those_of_the_axes(results):
    one = network(results, NAMES[1])
    loaded, images = prediction.load(one), digits(1)[..., None] / 255.0
    given = prediction.fitted(images, one)
    found = prediction.probabilities(loaded, given, "digits")
    for roll in ((0, 0), (1, 3)):
        moved = np.roll(given, roll, (1, 2))
        own = prediction.probabilities(loaded, moved, "digits")[0, 0, 0]
        np.testing.assert_allclose(found[0][roll], own, atol=1e-6)


def test_figures_and_pictures(results, command, capsys):
    Image.fromarray(digits(1)[0]).resize((16, 16)).save("own.png")
    command(["--images", "own.png", "--networks", str(results), "--figure", "rolls.png"])
    assert capsys.readouterr().out == ""
    with Image.open("rolls.png") as picture:
        assert picture.size[0] == 2100


def test_what_is_read_is_from_black_to_white(tmp_path):
    np.save(tmp_path / "a.npy", np.full((2, 4, 4), 255, np.uint8))
    np.save(tmp_path / "b.npy", np.full((4, 4), 0.25))
    Image.fromarray(np.full((4, 4), 65535, np.uint16)).save(tmp_path / "c.png")
    found = prediction.read([tmp_path / name for name in ("a.npy", "b.npy", "c.png")])
    np.testing.assert_array_equal(found[:, 0, 0, 0], [1, 1, 0.25, 1])


def test_larger_images_are_averaged_and_colours_too(results):
    one = network(results, NAMES[0])
    image = np.random.default_rng(0).random((1, 16, 16, 3))
    expected = image.reshape(1, 8, 2, 8, 2, 3).mean(axis=(2, 4, 5))
    np.testing.assert_allclose(prediction.fitted(image, one)[..., 0], expected)
    study = one.results.study
    name = one.run.trained_on
    study.ensembles[name] = replace(study.ensembles[name], source="cifar10")
    with pytest.raises(ValueError, match="grey images: .* takes images of 3 channels"):
        prediction.fitted(image[..., :1], one)


def test_the_network_of_a_folder_is_the_best_of_the_thesis(results):
    (one,) = trained.find("rolling", [results], prediction.names)
    assert one.name == NAMES[1]


def test_images_unlike_the_training_are_named(results):
    one = network(results, NAMES[0])
    images = np.stack([np.full((8, 8, 1), 0.3), np.ones((8, 8, 1))])
    (words,) = prediction.unlike(images, one)
    expected = "mean pixel of 1 of 2 images, the first is 1: outside of what the network was "
    assert words.startswith(expected)
    assert prediction.unlike(images[:1], one) == []


BAD = {
    "other.txt": (lambda path: path.write_text("1"), "expected a file .npz, .npy, .png"),
    "two.npz": (lambda path: np.savez(path, a=digits(), b=digits()), "expected an array images"),
    "flat.npy": (lambda path: np.save(path, np.zeros(4)), "shape (4,), expected images"),
    "high.npy": (lambda path: np.save(path, np.full((8, 8), 2.0)), "expected pixels from 0 to 1"),
    "nan.npy": (lambda path: np.save(path, np.full((4, 4), np.nan)), "expected pixels from 0"),
    "odd.npy": (lambda path: np.save(path, np.zeros((6, 6))), "takes squares of 8"),
    "words.npy": (lambda path: np.save(path, np.full((4, 4), "a")), "expected numbers"),
    "no.png": (lambda path: path.write_bytes(b"no picture"), "not readable"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_images_are_one_line(name, results, command, capsys, tmp_path):
    make, message = BAD[name]
    make(tmp_path / name)
    line = refused(command, capsys, "--images", name, "--networks", results, "--output", "out.csv")
    assert message in line
    assert not (tmp_path / "out.csv").exists()


def test_networks_that_tell_no_classes_are_refused(results, command, capsys):
    np.save("own.npy", digits())
    path = kept(results, "flakes_conv_256_chi0_0", job="flakes")
    line = refused(command, capsys, "--images", "own.npy", "--networks", path)
    assert "expected a network that tells classes of images" in line
