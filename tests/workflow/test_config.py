"""Wrong configurations: one line with the key, the value and what is allowed, before any job."""

import copy
import shutil

import pytest
import yaml
from snakemake.utils import update_config
from support import ROOT, snakemake, with_settings

from hamlearn import config

# key to change, value, and the words that the message must contain beside the key
WRONG = [
    ("scale", "huge", "one of smoke, default, paper"),
    ("seed", -1, "at least 0"),
    ("studies", ["wire"], "one of wires"),
    ("bubbels", {}, "no such key"),
    ("training.backend", "theano", "one of tensorflow, jax"),
    ("training.precision", "half", "one of float32, mixed_bfloat16, mixed_float16"),
    ("training.xla", "maybe", "true or false"),
    ("training.gpu", 1, "no such key"),
    ("resources.train.gpu", -1, "from 0 to 16"),
    ("resources.train.mem_mb", "8 GB", "a whole number of MB"),
    ("resources.train.threads", 0, "at least 1"),
    ("resources.evaluate.runtime", 0.5, "a whole number of minutes"),
    ("resources.plot", {}, "no such key"),
    ("wires.colour", "red", "no such key"),
    ("wires.solver", "magic", "one of recursive, kwant, archived"),
    ("wires.fermi_energy", 4.5, "inside the band"),
    ("wires.fermi_energy", 2.0, "band of the narrowest wire"),
    ("wires.fermi_energy", "zero", "inside the band"),
    ("wires.bias.voltage", -0.36, "above 0"),
    ("wires.bias.energies", 1, "from 2 to 1000"),
    ("wires.bias.energy", 10, "no such key"),
    ("wires.concentration", "gaussian", "one of uniform, percent_grid"),
    ("wires.models.v", {"impurity_energies": [1.0]}, "no such key"),
    ("wires.models.i.disorder", 0, "above 0"),
    ("wires.models.iii.impurity_energies", [], "two different"),
    ("wires.models.iii.impurity_energies", [5.0, 5.0], "different"),
    ("wires.model_i.sizes", [3, -5, 10, 20], "at least 1"),
    ("wires.model_i.neurons", [20, 60], "4 entries"),
    ("wires.model_i.stopping", ["never"], "one of train_plateau, validation"),
    ("wires.model_i.test", {"smoke": 10, "default": 20}, "one value for each of"),
    ("wires.impurity_models.size", 20, "a multiple of 8"),
    ("wires.impurity_models.train", [100], "three whole numbers"),
    ("wires.model_ii.train", [40, 10**7], "at most"),
    ("wires.model_ii.max_epochs", 2.5, "a whole number"),
    ("wires.average.concentrations", 1, "from 2 to 1001"),
    ("wires.one_and_two_sites.shapes", [[1]], "a pair"),
    ("wires.system_size.hidden", [2, 2], "different"),
    ("wires.scattering.starts_from", 7, "one of wires.scattering.sizes"),
    ("wires.scattering.sizes", [3, 5, 10, 21], "one of wires.model_i.sizes"),
    ("wires.training.jobs", "each", "one of together, by_family, by_group"),
    ("wires.training.learning_rate", 0, "above 0"),
    ("wires.training.validation.fraction", 1.5, "between 0 and 1"),
    ("wires.training.momentum", 0.9, "no such key"),
    ("bubbles.solver", "magic", "one of recursive, batched, kwant, archived"),
    ("bubbles.side", 5, "from 10 to 400"),
    ("bubbles.pixels", 8, "from 16 to 400"),
    ("bubbles.energy_window", [0.0, 1.2], "less than 1"),
    ("bubbles.energy_window", [0.6, 0.2], "the smaller energy first"),
    ("bubbles.bubble.width", [0, 20], "more than 0"),
    ("bubbles.bubble.count", [10, 1], "the smaller number first"),
    ("bubbles.bubble.height", [0, 1], "no such key"),
    ("bubbles.energies", "by_mode", "one of uniform, by_subband"),
    ("bubbles.quartic", "cubic", "one of quartic, quartic_scaled"),
    ("bubbles.data.train", 0, "at least 1"),
    ("bubbles.data.more_gaussians.counts", [5, 5], "different"),
    ("bubbles.networks.channels", [16, 32], "five whole numbers"),
    ("bubbles.networks.dropout", 1.0, "below 1"),
    ("bubbles.own.held_out", 1.5, "between 0 and 1"),
    ("bubbles.training.learning_rates", [0.003, 0.0003], "the smaller rate first"),
    ("bubbles.training.epochs", {"smoke": 2, "default": 14}, "one value for each of"),
    ("bubbles.training.jobs", "alone", "one of together, by_family, by_group, each"),
]


@pytest.mark.parametrize(("key", "value", "words"), WRONG)
def test_wrong_value_is_named_in_one_line(raw_config, key, value, words):
    with pytest.raises(config.ConfigError) as caught:
        config.load(with_settings(raw_config, {key: value}))
    message = str(caught.value)
    assert "\n" not in message
    assert key in message
    assert words in message


def test_missing_key_is_named(raw_config):
    broken = copy.deepcopy(raw_config)
    del broken["wires"]["bias"]["voltage"]
    with pytest.raises(config.ConfigError, match=r"wires\.bias\.voltage.*missing"):
        config.load(broken)


@pytest.mark.parametrize("scale", config.SCALES)
def test_every_scale_is_valid(settings, scale):
    assert settings(scale)["scale"] == scale


CHAINS = """
type: object
additionalProperties: false
required: [sites, window]
properties: {sites: {$ref: "common.yaml#/$defs/count"}, window: {$ref: "#/$defs/interval"}}
$defs: {interval: {type: number, description: "a width, unlike the interval of bubbles"}}
"""


def test_a_study_is_added_by_a_schema_of_its_own(raw_config, tmp_path, monkeypatch):
    shutil.copytree(config.SCHEMAS, tmp_path / "schemas")
    (tmp_path / "schemas" / "chains.yaml").write_text(CHAINS)
    monkeypatch.setattr(config, "SCHEMAS", tmp_path / "schemas")
    with pytest.raises(config.ConfigError, match=r"chains = None: expected a value; .* missing"):
        config.load(raw_config)
    more = {**raw_config, "chains": {"sites": 3, "window": 1.0}}
    assert config.load(more)["chains"]["sites"] == 3
    for key, value, words in [
        ("chains.sites", 0, "at least 1"),
        ("chains.window", [0, 1], "a width"),
        ("chains.bubble", [0, 1], "no such key; known: sites, window"),
        ("bubbles.bubble.amplitude", 1.0, "the smaller first"),
        ("studies", ["chain"], "one of wires, bubbles, rolling, .*chains"),
    ]:
        with pytest.raises(config.ConfigError, match=rf"{key}.* = .*expected .*{words}"):
            config.load(with_settings(more, {key: value}))


def test_files_are_merged_as_snakemake_merges_them(tmp_path):
    contents = [
        "seed: 1\nwires: {solver: kwant, model_i: {sizes: [3, 5], seeds: 2}}\n",
        "wires: {model_i: {sizes: [7]}, average: {configurations: {smoke: 1}}}\n",
        "wires: {average: 3, solver: {smoke: recursive}}\n",
    ]
    paths = [tmp_path / f"{number}.yaml" for number in range(len(contents))]
    expected = {}
    for path, text in zip(paths, contents, strict=True):
        path.write_text(text)
        update_config(expected, yaml.safe_load(text))
    assert config.read(paths) == expected
    assert expected["wires"]["model_i"] == {"sizes": [7], "seeds": 2}


def test_a_file_that_is_no_mapping_is_named(tmp_path):
    path = tmp_path / "own.yaml"
    for text, words in (("- 1\n", "expected keys and values"), ("a: [1\n", "not YAML")):
        path.write_text(text)
        with pytest.raises(ValueError, match=f"own.yaml: {words}") as caught:
            config.read([ROOT / "config.yaml", path])
        assert "\n" not in str(caught.value)


PROFILE = "profiles/default"  # which Snakemake says that it reads


def test_snakemake_stops_before_any_job(checkout):
    text = (checkout / "config.yaml").read_text()
    (checkout / "config.yaml").write_text(text.replace("voltage: 0.36", "voltage: -0.36"))
    run = snakemake(checkout, "--cores", "1", "wires_fig02")
    errors = [line for line in run.stderr.splitlines() if line.strip() and PROFILE not in line]
    assert run.returncode != 0
    assert errors == ["error: config: wires.bias.voltage = -0.36: expected a bias eV above 0 and "
                      "at most 4 (units of t)"]  # fmt: skip
    assert not (checkout / "results").exists()


def test_unknown_scale_on_the_command_line(checkout):
    run = snakemake(checkout, "-n", "all", "--config", "scale=huge")
    assert run.returncode != 0
    assert "scale = 'huge': expected one of smoke, default, paper" in run.stderr


def test_numbers_in_braces_on_the_command_line_are_numbers(raw_config):
    own = {"gpu": "1", "mem_mb": "8e9", "runtime": "{", "threads": "1"}  # as Snakemake gives them
    given = with_settings(raw_config, {"resources.train": own, "training.xla": "true"})
    found = config.resolve(given, "smoke")
    assert found["training"]["xla"] is True
    assert found["resources"]["train"] == {**own, "gpu": 1, "mem_mb": 8e9, "threads": 1}


def test_a_given_file_is_read_more_strictly_than_by_snakemake(checkout):
    (checkout / "own.yaml").write_text("bubbles:\n  side: {smoke: 20, smoke: 30}\n")
    own = ("--configfile", "own.yaml")
    run = snakemake(checkout, "-n", "bubbles_fig01", *own, "--config", "scale=smoke")
    assert run.returncode != 0
    (line,) = (line for line in run.stderr.splitlines() if line.startswith("error: "))
    assert line.endswith("own.yaml: line 2: the key 'smoke' stands twice")
    assert "Traceback" not in run.stderr
