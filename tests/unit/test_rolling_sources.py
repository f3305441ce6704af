"""Data sets of images: what is read, and what is refused in one line."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest

from hamlearn.rolling import sources
from hamlearn.rolling.plan import CIFAR10, DIGITS, MNIST

SHAPES = {MNIST: (28, 28), CIFAR10: (32, 32, 3)}
TRAIN, TEST = 40, 20


def content(source: str, train: int = TRAIN) -> dict[str, np.ndarray]:
    """Arrays of the layout of a data set, with a few images."""
    numbers, found = np.random.default_rng(0), {}
    for part, n in (("train", train), ("test", TEST)):
        found[f"x_{part}"] = numbers.integers(0, 256, (n, *SHAPES[source]), dtype=np.uint8)
        column = (n, 1) if source == CIFAR10 else (n,)
        found[f"y_{part}"] = (np.arange(n) % 10).astype(np.uint8).reshape(column)
    return found


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Data sets of a few images in place of those of thousands."""
    for source in SHAPES:
        arrays = content(source)
        first = {
            name: len(array) // (4 if name == "x_train" else 2) for name, array in arrays.items()
        }
        first["y_test"] = TEST
        known = {
            name: (n, hashlib.sha256(arrays[name][:n].tobytes()).hexdigest())
            for name, n in first.items()
        }
        small = replace(sources.CONTENTS[source], train=TRAIN, test=TEST, known=known)
        monkeypatch.setitem(sources.CONTENTS, source, small)


def written(folder, arrays) -> str:
    path = folder / "own.npz"
    np.savez_compressed(path, **arrays)
    return str(path)


@pytest.mark.parametrize("source", SHAPES)
def test_a_set_is_read_as_keras_has_it(tmp_path, source):
    arrays = content(source)
    pool = sources.load(source, [written(tmp_path, arrays)])
    assert pool.parts == (TRAIN, TEST)
    assert pool.images.shape == (TRAIN + TEST, *(*SHAPES[source], 1)[:3])
    assert pool.images.dtype == pool.classes.dtype == np.uint8
    both = np.concatenate([arrays["x_train"], arrays["x_test"]]).reshape(pool.images.shape)
    np.testing.assert_array_equal(pool.images, both)
    np.testing.assert_array_equal(pool.classes[-TEST:], arrays["y_test"].ravel())


def test_the_first_images_of_cifar10_are_enough_to_train_on(tmp_path):
    arrays = content(CIFAR10)
    half = {**arrays, **{name: arrays[name][:25] for name in ("x_train", "y_train")}}
    assert sources.load(CIFAR10, [written(tmp_path, half)]).parts == (25, TEST)
    fewer = {**arrays, **{name: arrays[name][:15] for name in ("x_train", "y_train")}}
    with pytest.raises(ValueError, match="15 images and 15 labels to train, expected 20 to 40"):
        sources.load(CIFAR10, [written(tmp_path, fewer)])
    arrays = content(MNIST)
    half = {**arrays, **{name: arrays[name][:25] for name in ("x_train", "y_train")}}
    with pytest.raises(ValueError, match="25 images and 25 labels to train, expected 40 of each"):
        sources.load(MNIST, [written(tmp_path, half)])


def test_listed_images_are_left_out(tmp_path):
    arrays, path = content(CIFAR10), tmp_path / "lossy.json"
    path.write_text(json.dumps({"x_train": [0, 38, 9999], "x_test": [3]}))
    pool = sources.load(CIFAR10, [written(tmp_path, arrays), path])
    assert pool.parts == (TRAIN - 2, TEST - 1)
    np.testing.assert_array_equal(pool.images[0], arrays["x_train"][1])
    np.testing.assert_array_equal(pool.images[-TEST + 4], arrays["x_test"][4])
    for text in ("[", "{}", '{"x_train": "all", "x_test": []}', '{"x_train": [-1], "x_test": []}'):
        path.write_text(text)
        with pytest.raises(ValueError, match=r"lossy.json: expected JSON with x_train and x_test"):
            sources.load(CIFAR10, [written(tmp_path, arrays), path])


def changed(name: str, change) -> dict[str, np.ndarray]:
    arrays = content(MNIST)
    return {**arrays, name: change(arrays[name])}


WRONG = {
    "no y_test in it": lambda: {k: v for k, v in content(MNIST).items() if k != "y_test"},
    r"x_train is uint8 of shape \(40, 28, 27\), expected uint8 of shape \(n, 28, 28\)": lambda: (
        changed("x_train", lambda x: x[:, :, 1:])
    ),
    "x_test is float64 of shape": lambda: changed("x_test", lambda x: x / 255),
    "y_train from 0 to 10, expected classes from 0 to 9": lambda: changed(
        "y_train", lambda y: np.where(y == 3, 10, y)
    ),
    "y_test from -1 to 9": lambda: changed("y_test", lambda y: np.where(y == 3, -1, y.astype(int))),
    "20 images and 19 labels to test": lambda: changed("y_test", lambda y: y[1:]),
    "the checksum of the first 10 of x_train differs": lambda: changed(
        "x_train", lambda x: x[::-1]
    ),
    "the checksum of the first 20 of y_train differs": lambda: changed("y_train", lambda y: 9 - y),
}


@pytest.mark.parametrize("words", WRONG)
def test_another_set_is_refused_in_one_line(tmp_path, words):
    with pytest.raises(ValueError, match=f"own.npz: not mnist as Keras has it.*{words}") as caught:
        sources.load(MNIST, [written(tmp_path, WRONG[words]())])
    assert "\n" not in str(caught.value)


def test_a_file_that_is_cut_off_or_missing_is_named_and_not_to_be_deleted(tmp_path):
    path = tmp_path / "own.npz"
    written(tmp_path, content(MNIST))
    path.write_bytes(path.read_bytes()[:-1000])
    for given in (path, tmp_path / "none.npz"):
        with pytest.raises(ValueError, match=rf"{given.name}: expected a complete .npz") as caught:
            sources.load(MNIST, [given])
        assert "delete" not in str(caught.value)
        assert "\n" not in str(caught.value)


def test_without_a_file_keras_fetches_the_set_or_the_setting_is_named(monkeypatch):
    import keras

    arrays = content(MNIST)
    pairs = [(arrays[f"x_{part}"], arrays[f"y_{part}"]) for part in ("train", "test")]
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: pairs)
    assert sources.load(MNIST).parts == (TRAIN, TEST)

    def offline():
        raise OSError("no\nnetwork")

    monkeypatch.setattr(keras.datasets.mnist, "load_data", offline)
    with pytest.raises(ValueError, match="rolling.files.mnist names no file, .*: no network$"):
        sources.load(MNIST)


def test_digits_are_those_of_scikit_learn():
    pool = sources.load(DIGITS)
    assert pool.parts == (1797,)
    assert pool.images.shape == (1797, 8, 8, 1)
    assert pool.images.max() == sources.WHITE[DIGITS]
    assert np.bincount(pool.classes).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_means_over_squares():
    images = np.random.default_rng(1).integers(0, 256, (3, 8, 8, 2), dtype=np.uint8)
    same, white = sources.averaged(images, 8, 255)
    assert white == 255
    np.testing.assert_array_equal(same, images)
    for side in (1, 2, 4):
        sums, white = sources.averaged(images, side, 255)
        step = 8 // side
        expected = [
            images[:, step * i : step * (i + 1), step * j : step * (j + 1)].mean(axis=(1, 2)) / 255
            for i in range(side)
            for j in range(side)
        ]
        found = (sums / white).reshape(3, side**2, 2).transpose(1, 0, 2)
        np.testing.assert_allclose(found, expected, rtol=1e-12)
        assert sums.dtype == np.uint16
    assert sources.averaged(images // 16, 4, 15)[0].dtype == np.uint8
    with pytest.raises(ValueError, match="side = 3: expected a divisor of 8"):
        sources.averaged(images, 3, 255)
