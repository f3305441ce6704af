"""The registry of `rolling`: which networks there are, how they are trained, what is refused."""

from collections import Counter

import pytest
from support import ROOT, with_settings

from hamlearn import claims, config
from hamlearn.learning import heads
from hamlearn.rolling import architectures, networks, pipelines, plan
from hamlearn.study import Study

THESIS = {"dense": 252, "full": 252, "pool": 252, **dict.fromkeys(pipelines.CIFAR, 288)}
"""Networks of each family: 504 in Fig. 16, 576 in Figs. 17 and 18, 288 in Fig. 19."""


@pytest.fixture(scope="module")
def paper(settings):
    return Study("rolling", settings("paper")["rolling"])


def test_the_networks_of_the_thesis(paper):
    number = Counter(run.family for run in paper.runs.values())
    assert {family: number[family] for family in THESIS} == THESIS
    assert sum(THESIS.values()) == 2484
    for run in paper.runs.values():
        if run.family in THESIS:
            mnist = run.family in ("dense", "full", "pool")
            assert run.trained_on == ("mnist_28" if mnist else "cifar10_32")
            assert run.n_train == (60_000 if mnist else 50_000)
            assert run.fit["epochs"] == (10 if mnist else 15)
            assert run.fit["learning_rate"] == (1e-4 if mnist else 5e-5)
            assert run.fit["chi"] < (28 if mnist else 32)


def test_a_group_is_what_one_core_trains_in_the_time_of_a_job(paper, settings):
    minutes = {"dense": 5, "full": 25, "pool": 25, "flakes": 1}  # of a network, at most; else 96
    most = settings("paper")["resources"]["train"]["runtime"]
    for job, runs in paper.jobs.items():
        assert sum(minutes.get(run.family, 96) for run in runs) <= most, job
    main = [job for job, runs in paper.jobs.items() if runs[0].family in THESIS]
    assert len(main) == 1 + 2 * 3 + 6 * 3 * 3


def test_networks_of_a_family_have_one_trace_for_each_architecture(settings):
    from hamlearn.learning import again
    from hamlearn.rolling.training import COMPILED_WITH

    study = Study("rolling", settings("default")["rolling"])
    keys = {}
    for run in study.runs.values():
        keys.setdefault(run.family, set()).add(again.key(run, COMPILED_WITH))
    assert {family: len(found) for family, found in keys.items()} == {
        **dict.fromkeys(keys, 3),
        "frozen": 2,
    }
    assert len(study.runs) > 200


def test_networks_with_fewer_images_take_as_many_steps(settings):
    study = Study("rolling", settings("default")["rolling"])
    by_size = [run for run in study.runs.values() if run.family == "sizes"]
    assert {run.n_train for run in by_size} == {80, 320}
    assert {run.fit["samples_per_epoch"] for run in by_size} == {1024}
    variants = {(r.options["kind"], r.options.get("downsample"), r.fit["chi"]) for r in by_size}
    assert variants == {
        ("torsum", "dilated", 0),
        *((kind, None, chi) for kind in ("torsum", "conv") for chi in (0, 4)),
    }


def test_attention_is_watched_where_it_is_shown(settings):
    study = Study("rolling", settings("default")["rolling"])
    watched = [run for run in study.runs.values() if run.fit["watched"]]
    assert {run.name for run in watched if run.family != "frozen"} == {
        "hbfree_torsum_chi0_0",
        "hbfree_torsum_chi4_0",
    }
    frozen = [run for run in study.runs.values() if run.family == "frozen"]
    assert Counter(run.options["floor"] for run in frozen) == {0.0: 2, 0.05: 2}
    assert all(run in watched and run.fit["learning_rate"] == 0.02 for run in frozen)


def test_two_sections_share_an_ensemble_or_have_their_own(raw_config, settings):
    shared = plan.ensembles(settings("default")["rolling"])
    assert list(shared) == ["digits_8", "flakes"]
    changes = {"scale": "default", "rolling.plain.side": 4, "rolling.plain.train": 100}
    apart = plan.ensembles(config.load(with_settings(raw_config, changes))["rolling"])
    assert [(p.name, p.side, p.train) for p in apart.values()][:2] == [
        ("digits_4", 4, 100),
        ("digits_8", 8, 1024),
    ]


def test_a_file_may_be_named_from_home_or_from_here(raw_config, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.npz").touch()
    changes = {"scale": "paper", "rolling.files.cifar10_left_out": "mine.npz"}
    for written in ("~/mine.npz", "mine.npz", str(tmp_path / "mine.npz")):
        changes["rolling.files.cifar10"] = changes["rolling.files.mnist"] = written
        plans = plan.ensembles(config.load(with_settings(raw_config, changes))["rolling"])
        assert plans["mnist_28"].given == (str(tmp_path / "mine.npz"),)
        assert plans["cifar10_32"].given == (str(tmp_path / "mine.npz"),) * 2


WRONG = [
    ("paper", "rolling.files.mnist", "nowhere.npz", "a file that exists, or null"),
    ("paper", "rolling.files.cifar10", 3, "the path of a file, or null"),
    ("paper", "rolling.plain.side", 9, "a divisor of 28, the side of the images of mnist"),
    ("paper", "rolling.plain.train", 60_001, "fewer, as mnist has 60000 images"),
    ("paper", "rolling.pipeline.test", 10_001, "fewer, as cifar10 has 10000 images"),
    ("default", "rolling.plain.test", 774, "fewer, as digits has 1797 images"),
    ("default", "rolling.plain.source", "fashion", "one of digits, mnist, cifar10"),
    ("default", "rolling.plain.chi", [0, -1], "at least 0"),
    ("default", "rolling.pipeline.chi", [0], "some above 0, so that images are rolled"),
    ("default", "rolling.sizes.train", [80, 1024], "below 1024, the training images"),
    ("default", "rolling.plain.channels", 5, "full expects an even number"),
    ("paper", "rolling.plain.side", 14, "full expects multiples of 4"),
    ("default", "rolling.pipeline.norm", "group", "one of batch, layer_channel, none"),
    ("default", "rolling.flakes.impurities", 64, "fewer than 64, the sites of a flake"),
    ("default", "rolling.flakes.side", 2, "3 or more"),
    ("default", "rolling.flakes.side", 6, "std expects 2, 4, 8"),
    ("default", "rolling.flakes.chi", 0, "above 0"),
    ("default", "rolling.attention.floor", 1, "at least 0 and below 1"),
]


@pytest.mark.parametrize(("scale", "key", "value", "words"), WRONG)
def test_wrong_settings_are_refused_in_one_line(raw_config, scale, key, value, words):
    with pytest.raises(config.ConfigError, match=words) as caught:
        config.load(with_settings(raw_config, {"scale": scale, key: value}))
    assert "\n" not in str(caught.value)
    assert key.rpartition(".")[0] in str(caught.value)


def test_settings_are_those_of_the_thesis(settings):
    ledger = claims.load(ROOT / "claims" / "rolling.yaml")
    assert claims.differences(ledger, settings("paper"), {"slope": heads.SLOPE}) == []


@pytest.mark.parametrize("family", pipelines.FAMILIES)
@pytest.mark.parametrize("image", [(8, 8, 1), (16, 16, 3)])
def test_layers_are_those_of_the_models(family, image):
    for kind in (None,) if family in pipelines.DENSE else pipelines.KINDS:
        found = architectures.layers(family, kind, image, 4)
        model = networks.build(family, kind, shape=image, channels=4)
        counted = sum(layer.parameters + layer.norm_parameters for layer in found)
        assert counted == sum(
            int(weight.shape.num_elements()) for weight in model.trainable_weights
        )
        maps = [layer for layer in model.layers if layer.name.startswith(("convolution", "pool_"))]
        listed = [layer for layer in found if layer.layer in ("conv", "pool")]
        for layer, row in zip(maps, listed, strict=True):
            assert "x".join(map(str, layer.output.shape[1:])) == row.out
        read = [layer.read_out for layer in found if layer.read_out >= 0]
        names = {layer.name for layer in model.layers if layer.name.startswith("read_out")}
        assert {f"read_out_{number}" for number in read} == names


def test_a_run_on_mnist_and_cifar10_that_one_core_can_do():
    read = config.read([ROOT / "config.yaml", ROOT / "rolling-images.yaml"])
    small = Study("rolling", config.load({**read, "scale": "paper"})["rolling"])
    assert {plan.images(small.settings, section) for section in plan.SECTIONS} == {
        "mnist_28",
        "cifar10_16",
    }
    shown = Counter(run.family for run in small.runs.values())
    assert all(shown[family] == 2 * 3 * 3 for family in (*pipelines.CIFAR, "dense"))
    assert shown["full"] == shown["pool"] == 18
