"""Odd settings: what each one becomes, or the words of the one line that refuses it."""

import math

import pytest
from snakemake.cli import parse_config
from snakemake.utils import update_config
from support import ROOT, with_settings

from hamlearn import config
from hamlearn.bubbles import plan as bubbles
from hamlearn.study import Study, setting
from hamlearn.wires import plan as wires

NAN, INF = math.nan, math.inf
HUGE = 10**400

BECOMES = [  # setting, what is written, what it is
    ("bubbles.data.train", 2e3, 2000),
    ("bubbles.data.train", "2e3", 2000),
    ("bubbles.data.train", 2000.0, 2000),
    ("bubbles.data.train", "2000.", 2000),
    ("bubbles.data.train", "+2000", 2000),
    ("bubbles.data.train", {"smoke": 120, "default": "1.8e3", "paper": 26250}, 1800),
    ("bubbles.networks.channels", [16.0, "16", "1.6e1", 24, 16], [16, 16, 16, 24, 16]),
    ("bubbles.bubble.count", [1.0, 1e1], [1, 10]),
    ("bubbles.rays.rays", 64.0, 64),
    ("bubbles.side", "6e1", 60),
    ("wires.model_i.sizes", [3.0, 5, 10, 20], [3, 5, 10, 20]),
    ("wires.one_and_two_sites.shapes", [[1, 1], [1.0, 2], [2, 1]], [[1, 1], [1, 2], [2, 1]]),
    ("seed", -0.0, 0),
    ("resources.train.mem_mb", "8e3", 8000),
    ("wires.bias.voltage", "36e-2", 0.36),
    ("wires.training.learning_rate", "1e-3", 0.001),
    ("bubbles.networks.off_diagonal_factor", "1e6", 1e6),
    ("wires.fermi_energy", "-.5", -0.5),
    ("wires.fermi_energy", 1.0, 1.0),  # the edge of a subband of wires 2 and 5 wide
    ("wires.models.i.disorder", "1e-5", 1e-5),
    ("training.xla", "yes", True),
    ("training.xla", "off", False),
]

REFUSED = [  # setting, what is written, words of the refusal
    ("bubbles.data.train", 2000.5, "a whole number"),
    ("bubbles.data.train", "2000.5", "a whole number"),
    ("bubbles.data.train", "2e-1", "a whole number"),
    ("bubbles.data.train", True, "a whole number"),
    ("bubbles.data.train", None, "a whole number"),
    ("bubbles.data.train", NAN, "a whole number"),
    ("bubbles.data.train", INF, "a whole number"),
    ("bubbles.data.train", "1e400", "a whole number"),
    ("bubbles.data.train", HUGE, "at most 10 million"),
    ("seed", "2020-13-45", "a whole number"),
    ("seed", "010", "a whole number"),
    ("seed", "1:30", "a whole number"),
    ("seed", "1_0", "a whole number"),
    ("seed", "0x10", "a whole number"),
    ("wires.fermi_energy", NAN, "inside the band"),
    ("wires.fermi_energy", ".nan", "inside the band"),
    ("wires.bias.voltage", -INF, "above 0"),
    ("wires.histogram_half_bin", NAN, "half a bin width"),
    ("wires.models.i.disorder", INF, "from 1e-6 to 100"),
    ("wires.models.iv.impurity_energies", [1.0, NAN, 5.0], "an energy between -100 and 100"),
    ("wires.scattering.small_ii.damping", INF, "a number"),
    ("wires.training.learning_rate", NAN, "a learning rate"),
    ("bubbles.lattice_constant", INF, "at most 100"),
    ("bubbles.lattice_constant", HUGE, "at most 100"),
    ("bubbles.bubble.centre", [-INF, INF], "from -1000 to 1000"),
    ("bubbles.bubble.amplitude", [0, NAN], "from 0 to 1000"),
    ("bubbles.energy_window", [0.0, NAN], "a number"),
    ("bubbles.networks.dropout", NAN, "below 1"),
    ("bubbles.networks.off_diagonal_factor", INF, "at most 10^12"),
    ("wires.fermi_energy", True, "inside the band"),
    # far beyond what anyone waits for
    ("bubbles.training.seeds", 10**9, "at most 100"),
    ("wires.model_i.seeds", 10**9, "at most 100"),
    ("bubbles.training.epochs", 10**9, "at most 100000"),
    ("wires.species.max_epochs", 10**9, "at most 100000"),
    ("wires.model_i.hidden", 10**6, "at most 100"),
    ("wires.model_i.test", 10**12, "to 10 million"),
    ("wires.model_i.sizes", [3, 5, 10, 10**6], "at most 1000"),
    ("wires.impurity_models.size", 8 * 10**6, "a multiple of 8 up to 1000"),
    ("wires.system_size.neurons", list(range(1, 1000)), "a list of 1 to 20"),
    ("wires.work_per_shard", 1, "at most 100000"),
    ("bubbles.work_per_shard", 10**15, "at most 10^12"),
    ("bubbles.data.more_gaussians.counts", [10**6], "at most 100"),
    ("bubbles.data.deformed.bins", 10**6, "at most 1000"),
    ("bubbles.networks.dense", [10**9, 32], "at most 100000"),
    ("resources.train.threads", 10**6, "at most 1024"),
    ("resources.solve.runtime", 10**9, "a whole number of minutes"),
    # flakes that are flat, or as good as flat
    ("bubbles.bubble.amplitude", [0, 0], "bubbles that change some hopping"),
    ("bubbles.bubble.amplitude", [0, 1e-9], "bubbles that change some hopping"),
    ("bubbles.bubble.width", [1e-6, 1e-5], "no narrower than the lattice"),
    ("bubbles.bubble.width", [9e3, 1e4], "bubbles that change some hopping"),
    ("bubbles.bubble.centre", [300, 400], "bubbles that change some hopping"),
    ("bubbles.bubble.centre", [-900, -800], "bubbles that change some hopping"),
    ("bubbles.bubble.lorentzian_width", [1e-3, 1e-2], "no narrower than the lattice"),
    ("bubbles.weak_amplitude", 1e-9, "bubbles that change some hopping"),
    ("bubbles.hopping_decay", 0, "hoppings depend on the distance"),
    ("bubbles.energy_window", [0.1, 0.1 + 1e-9], "at least 0.001 t wide"),
    # what would end a job after hours of solving
    ("bubbles.own.held_out", 1e-5, "leaves one or more on either side"),
    ("bubbles.own.held_out", 0.9999, "leaves one or more on either side"),
    ("bubbles.data.train", 1, "leaves one or more on either side"),
    ("wires.training.validation.fraction", 0.9999, "holds out 0.9999"),
    ("wires.model_ii.train", [39, 2000], "from 40 to 10 million"),
    ("wires.species.cnn_train", 10, "from 40 to 10 million"),
    ("wires.scattering.small_ii.train", 1, "from 40 to 10 million"),
    ("wires.system_size.test", 1, "from 2 to 10 million"),
    ("wires.one_and_two_sites.train", [500, 400, 600], "the fewest samples first"),
    ("wires.models.ii.impurity_energies", [0.0], "other than 0"),
    ("wires.models.ii.impurity_energies", [2.5, 5.0], "a list of one energy"),
    ("wires.models.iv.impurity_energies", [2.5, 5.0], "a list of three different energies"),
    ("wires.solver", "archived", "at scale default"),
    ("bubbles.solver", "archived", "at scale default"),
    ("wires.fermi_energy", 1.9999999999, "the narrowest wire, below 2 t"),
    # keys
    ("smoke", 1, "a scale beside no other keys"),
    ("wires.paper", 1, "a scale beside no other keys"),
    ("wires.model_i.test.papr", 1, "here is 'papr'"),
    ("wires.average.configurations", {"smoke": 1}, "one value for each of"),
    ("wires.bias", {1: 2, "voltage": 0.1, None: 3}, "no such key"),
    ("wires", {True: 1}, "no such key"),
    ("wires", None, "keys and values"),
    ("wires.bias", [0.36, 10], "keys and values"),
    ("studies", "wires", "a list"),
    ("scale", {"smoke": 1}, "one of smoke, default, paper"),
    ("wires\nbubbles", 1, "no such key"),
]


def one_line(caught: pytest.ExceptionInfo) -> str:
    text = str(caught.value)
    assert "\n" not in text
    assert len(text) < 500
    return text


@pytest.mark.parametrize(("key", "written", "expected"), BECOMES)
def test_a_setting_is_what_it_means(raw_config, key, written, expected):
    found = setting(config.load(with_settings(raw_config, {key: written})), key)
    assert found == expected
    assert repr(found) == repr(expected)  # 2000 and 2000.0 are equal


@pytest.mark.parametrize(("key", "written", "words"), REFUSED)
def test_an_odd_setting_is_refused_in_one_line(raw_config, key, written, words):
    with pytest.raises(config.ConfigError) as caught:
        config.load(with_settings(raw_config, {key: written}))
    text = one_line(caught)
    assert words in text
    assert key.split()[0].split(".")[0] in text


def test_a_figure_of_thousands_of_networks_is_refused(raw_config):
    many = list(range(1, 21))
    changes = {"wires.system_size.sizes": many, "wires.system_size.neurons": many}
    with pytest.raises(config.ConfigError, match="wires.system_size = .* at most 1000 combin"):
        config.load(with_settings(raw_config, changes))


def test_a_bias_window_may_not_leave_the_band_of_its_own_wires(raw_config):
    """Wires of width 8 have modes below 2 + 2 cos(π/9) = 3.879 t; narrower ones see no bias."""
    inside = {"scale": "smoke", "wires.fermi_energy": 1.9, "wires.bias.voltage": 3.9}
    assert config.load(with_settings(raw_config, inside))["wires"]["bias"]["voltage"] == 3.9
    with pytest.raises(config.ConfigError, match=r"bias.voltage = 4: .*band.* below 3.879 t"):
        config.load(with_settings(raw_config, {**inside, "wires.bias.voltage": 4}))


def test_the_first_samples_are_those_of_the_same_number_written_otherwise(raw_config):
    """A float in the place of a number of samples would be drawn, and named, differently."""
    written = [with_settings(raw_config, {"bubbles.data.train": n}) for n in (2000, 2e3, "2e3")]
    studies = [Study("bubbles", config.load(given)["bubbles"]) for given in written]
    one, *others = (repr((study.ensembles, study.runs)) for study in studies)
    assert others == [one, one]


@pytest.mark.parametrize(
    ("number", "name"),
    [
        *((1, "1"), (2.0, "2"), (0.5, "0.5"), (4.0, "4"), (100, "100"), (1e-5, "0.00001")),
        *((2.0000001, "2.0000001"), (5 / 3, "1.6666666666666667"), (1e-06, "0.000001")),
    ],
)
def test_names_tell_numbers_apart_and_have_no_exponent(number, name):
    assert wires.in_names(number) == name


def test_strengths_that_nearly_agree_have_ensembles_of_their_own(raw_config):
    strengths = [2.0, 2.0000001, 1e-5]
    changes = {"wires.disorder_strength.disorders": strengths, "wires.training.jobs": "by_group"}
    study = Study("wires", config.load(with_settings(raw_config, changes))["wires"])
    named = {study.ensembles[f"a_3x3_w{text}"].disorder for text in ("2", "2.0000001", "0.00001")}
    assert named == set(strengths)
    trained = [run.trained_on for run in study.runs.values() if run.family == "disorder_strength"]
    assert len(set(trained)) == 3


def test_ensembles_that_figures_share_have_enough_samples_for_each(raw_config):
    """The one that is trained on most need not be the one that is tested on most."""
    changes = {
        **{"wires.training_set.sizes": [3], "wires.training_set.train": [5000]},
        **{"wires.system_size.sizes": [3], "wires.system_size.train": 100},
        **{"wires.system_size.test": 9000, "wires.disorder_strength.train": 100},
    }
    study = Study("wires", config.load(with_settings(raw_config, changes))["wires"])
    plan = study.ensembles["a_3x3_w2"]
    assert (plan.train, plan.test) == (5000, 9000)


@pytest.mark.parametrize(
    ("width", "centre", "expected"),
    [
        ([5, 20], [-60, 60], 10 / 5 * math.exp(-0.5)),
        ([5, 5], [100, 100], 10 / 5 * math.exp(-0.5)),  # at the edge
        ([5, 5], [150, 150], 10 * 50 / 25 * math.exp(-100)),  # x and y are 50 a off
        ([50, 50], [150, 150], 10 / 50 * math.exp(-1)),
        ([1000, 1000], [0, 0], 10 * 100 / 1e6 * math.exp(-0.005)),  # wider than the flake
    ],
)
def test_the_steepest_slope_of_a_bubble(width, centre, expected):
    assert bubbles.steepest(10, width, centre) == pytest.approx(expected)


FILES = [  # content of a file, words of the refusal, or None
    ("seed: 1\nseed: 2\n", "own.yaml: line 2: the key 'seed' stands twice"),
    ("wires:\n  bias: {voltage: 1, voltage: 2}\n", "line 2: the key 'voltage' stands twice"),
    ("wires: {solver: kwant}\nseed: 1\nwires: {}\n", "line 3: the key 'wires' stands twice"),
    ("{a: 1, 'a': 2}\n", "line 1: the key 'a' stands twice"),
    ("seed: 010\n", "own.yaml: line 1: 010 is no plain number"),
    ("seed: 1:30\n", "1:30 is no plain number"),
    ("seed: 0x1f\n", "0x1f is no plain number"),
    ("bubbles: {data: {train: 1_000}}\n", "1_000 is no plain number"),
    ("seed: 1\n wires: 2\n", "own.yaml: not YAML: line 2"),
    ("seed: [1\n", "own.yaml: not YAML: line 2"),
    ("\tseed: 1\n", "own.yaml: not YAML: line 1"),
    ("- 1\n", "own.yaml: expected keys and values"),
    ("", "own.yaml: expected keys and values"),
    ("seed: !!python/name:os.system\n", "own.yaml: not YAML: line 1"),
    ("? [1, 2]\n: 3\n", "own.yaml: not YAML: line 1"),
    ("seed: " + "[" * 500 + "\n", "own.yaml: not YAML"),
    (b"seed: \xff\n", "own.yaml: 'utf-8' codec can't decode"),
]


@pytest.mark.parametrize(("content", "words"), FILES)
def test_a_file_that_says_two_things_or_nothing_is_refused(tmp_path, content, words):
    path = tmp_path / "own.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError) as caught:
        config.read([ROOT / "config.yaml", path])
    assert words in one_line(caught)


def test_numbers_of_a_file_are_numbers_and_merged_keys_are_no_second_ones(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(
        "a: &a {x: 1e-3, y: .5, z: '010', day: 2020-12-01}\nb: {<<: *a, x: 36e-2}\nc: [1e6, -2, +3]"
    )
    first = {"x": 1e-3, "y": 0.5, "z": "010", "day": "2020-12-01"}
    assert config.read([path]) == {"a": first, "b": {**first, "x": 0.36}, "c": [1e6, -2, 3]}


def on_the_command_line(raw: dict, *given: str) -> dict:
    """The configuration as Snakemake hands it over with these arguments of --config."""
    merged = with_settings(raw, {})
    update_config(merged, parse_config(given))
    return merged


def test_one_scale_alone_may_be_given_on_the_command_line(raw_config):
    given = "wires={model_i: {test: {smoke: 50}, train: {smoke: [3e2, 400]}}}"
    merged = on_the_command_line(raw_config, "scale=smoke", given)
    part = config.load(merged)["wires"]["model_i"]
    assert part["test"] == 50
    assert part["train"] == [300, 400]
    assert config.load({**merged, "scale": "paper"})["wires"]["model_i"]["test"] == 20000


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("seed=nan", "seed = nan"),
        ("seed=1e400", "seed = inf"),
        ("seed=", "seed = None"),
        ("seed=2020-13-45", "seed = '2020-13-45'"),
        ("smoke=1", "smoke = 1"),
        ("wires={bias: {voltage: {paper: 0.3}}}", "one value for each of"),
        ("wires={bias: {voltage: low}}", "wires.bias.voltage = 'low'"),
        ("wires=3", "wires = 3: expected keys and values"),
        ("bubbles={side: 010}", "bubbles.side = '010'"),
    ],
)
def test_what_the_command_line_may_not_say(raw_config, given, words):
    with pytest.raises(config.ConfigError) as caught:
        config.load(on_the_command_line(raw_config, given))
    assert words in one_line(caught)


def test_a_value_that_contains_itself_is_refused(raw_config):
    itself: list = []
    itself.append(itself)
    with pytest.raises(ValueError, match="contains itself"):
        config.load(with_settings(raw_config, {"wires.model_i.sizes": itself}))
