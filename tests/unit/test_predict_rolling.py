"""Images of one's own: how they are read, what networks say of them under rolls, the command."""

import importlib.util
import json
import re
import shlex
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from support import ROOT

from hamlearn.learning import training as learning
from hamlearn.learning.jobs import network_path
from hamlearn.rolling import ensemble, prediction
from hamlearn.study import Study

keras = pytest.importorskip("keras")
networks = pytest.importorskip("hamlearn.rolling.networks")
NAMES = ("std_torsum_dilated_chi0_0", "hbfree_torsum_chi4_0", "std_conv_chi0_0")
PAGE = (ROOT / "docs/images.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    python scripts/rolling/predict.py (.*)$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def results(settings, tmp_path_factory):
    """A folder of results at scale default with untrained networks and the training images."""
    folder = tmp_path_factory.mktemp("results") / "default" / "rolling"
    found = settings("default")["rolling"]
    folder.mkdir(parents=True)
    content = json.dumps({"settings": {"rolling": found}})
    (folder / "provenance.json").write_text(content, encoding="utf-8")
    study = Study("rolling", found)
    keras.utils.set_random_seed(0)
    for name in NAMES:
        run = study.runs[name]
        path = network_path(folder / "networks" / study.job(run) / "seed0", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        built = networks.build(run.architecture, shape=(8, 8, 1), **run.options)
        for weight in built.trainable_weights:
            weight.assign(np.random.default_rng(1).normal(size=weight.shape))
        learning.save(built, path)
    known = study.ensembles["digits_8"]
    (folder / "data" / known.name).mkdir(parents=True)
    ensemble.save(folder / "data" / known.name / "ensemble.npz", ensemble.draw(known, 2020))
    return folder


@pytest.fixture
def command(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    path = ROOT / "scripts/rolling/predict.py"
    spec = importlib.util.spec_from_file_location("predict_rolling", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


def digits(number=3):
    from sklearn.datasets import load_digits

    return (load_digits().images[:number] * 255 / 16).astype(np.uint8)


def test_a_table_says_how_answers_vary_over_all_rolls(results, command, capsys):
    np.savez("own.npz", images=digits())
    command(["--images", "own.npz", "--results", str(results), "--network", *NAMES[:2],
             "--every", "every.csv"])  # fmt: skip
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
    (trained,) = prediction.chosen(results, NAMES[1:2])
    network, images = prediction.load(trained), digits(1)[..., None] / 255.0
    given = prediction.fitted(images, trained)
    found = prediction.probabilities(network, given, "digits")
    for roll in ((0, 0), (1, 3)):
        moved = np.roll(given, roll, (1, 2))
        own = prediction.probabilities(network, moved, "digits")[0, 0, 0]
        np.testing.assert_allclose(found[0][roll], own, atol=1e-6)


def test_figures_and_pictures(results, command, capsys):
    Image.fromarray(digits(1)[0]).resize((16, 16)).save("own.png")
    command(["--images", "own.png", "--results", str(results), "--figure", "rolls.png"])
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
    (trained,) = prediction.chosen(results, NAMES[:1])
    image = np.random.default_rng(0).random((1, 16, 16, 3))
    expected = image.reshape(1, 8, 2, 8, 2, 3).mean(axis=(2, 4, 5))
    np.testing.assert_allclose(prediction.fitted(image, trained)[..., 0], expected)
    coloured = replace(trained, ensemble=replace(trained.ensemble, source="cifar10"))
    with pytest.raises(ValueError, match="grey images: .* takes images of 3 channels"):
        prediction.fitted(image[..., :1], coloured)


def test_images_unlike_the_training_are_named(results):
    (trained,) = prediction.chosen(results, NAMES[:1])
    images = np.stack([np.full((8, 8, 1), 0.3), np.ones((8, 8, 1))])
    (words,) = prediction.warnings(images, trained, results)
    assert words.startswith("1 of 2 images, the first is 1, have a mean pixel outside")
    assert prediction.warnings(images[:1], trained, results) == []


def test_the_page_has_commands_that_run(results, command, tmp_path):
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(block, {})
    assert len(COMMANDS) == 2
    for line in COMMANDS:
        command([*shlex.split(line), "--results", str(results)])
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == ["answers.csv", "own.npz", "rolls.csv", "rolls.png"]
    header = pd.read_csv(tmp_path / "answers.csv").columns
    assert all(f"`{name}`" in PAGE for name in header)


def truncated(path):
    np.savez(path, images=digits())
    path.write_bytes(path.read_bytes()[:-100])


BAD = {
    "missing.npz": (lambda path: None, "missing.npz"),
    "cut.npz": (truncated, "expected a complete .npz archive"),
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
    with pytest.raises(SystemExit) as ended:
        command(["--images", name, "--results", str(results), "--output", "out.csv"])
    assert ended.value.code == 1
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert line.startswith("error: ")
    assert message in line
    assert "delete" not in line
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--network", "none"], "network 'none': expected a name such as"),
        (["--network", "std_conv_chi4_0"], "not trained yet"),
        (["--results", "empty"], "no results"),
        (["--figure", "a.txt"], "expected a name with .png"),
    ],
)
def test_bad_options_are_one_line(options, message, results, command, capsys):
    np.save("own.npy", digits())
    with pytest.raises(SystemExit):
        command(["--images", "own.npy", "--results", str(results), *options])
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert message in line
