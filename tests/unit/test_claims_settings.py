"""What the paper set up: every setting of the ledger, against config.yaml at scale paper."""

import os

import numpy as np
import pytest
from support import ROOT

from hamlearn import claims, pictures
from hamlearn.transport.kwant_square import kwant_system
from hamlearn.wires import ensemble, plan

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
LEDGER = claims.load(ROOT / "claims" / "wires.yaml")


@pytest.fixture(scope="module")
def wires(settings):
    return settings("paper")["wires"]


def wire():
    system = kwant_system(2, 2)
    onsite = {"onsite": np.zeros((2, 2))}
    bonds = {
        complex(system.hamiltonian(i, j, params=onsite))
        for i in range(4)
        for j in system.graph.out_neighbors(i)
        if j < 4
    }
    leads = [lead.cell_hamiltonian() for lead in system.leads]
    hops = [lead.inter_cell_hopping() for lead in system.leads]
    bonds |= {complex(lead[0, 1]) for lead in leads} | {complex(h) for m in hops for h in m[m != 0]}
    diagonal = {complex(value) for lead in leads for value in np.diag(lead)}
    return {
        "hopping": bonds.pop().real if len(bonds) == 1 else bonds,
        "lead_onsite": diagonal.pop().real if len(diagonal) == 1 else diagonal,
    }


def numbers(wires):
    size = wires["impurity_models"]["size"]
    disorder = wires["models"]["i"]["disorder"]
    networks = wires["training_set"]["architectures"]
    _, drawn = pictures.load(ROOT / "scripts" / "wires")
    return {
        "model_i_interval": [-disorder / 2, disorder / 2],
        "model_i_features": [length**2 for length in wires["model_i"]["sizes"]],
        "impurity_features": size**2,
        "bias_energies": plan.bias_energies(wires),
        "example_concentrations": drawn["wires_fig03"].constants["concentrations"],
        "model_ii_largest_train": max(wires["model_ii"]["train"]),
        "model_ii_train_range": [min(wires["model_ii"]["train"]), max(wires["model_ii"]["train"])],
        "fig09_neurons": sorted({n["neurons"] for n in networks if n["hidden"] == 1}),
        "fig09_hidden": sorted({n["hidden"] for n in networks if n["neurons"] == 30}),
        "categories": [
            1 + len(wires["models"][model]["impurity_energies"]) for model in plan.IMPURITY_MODELS
        ],
    }


def drawn(wires):
    plans = plan.ensembles(wires)
    found = {}
    for model in ("iii", "iv"):
        counts = ensemble.draw(plans[model], 1, 0, 500).counts.sum(axis=0)
        found[f"species_shares_{model}"] = (counts / counts.sum()).tolist()
    average = plans["average"]
    ends = [ensemble.draw(average, 1, k, k + 1) for k in (0, average.samples - 1)]
    found["average_concentration_range"] = [float(end.concentration[0]) for end in ends]
    return found


def architectures(wires):
    networks = pytest.importorskip("hamlearn.wires.networks")
    part = wires["model_i"]
    dense = {
        f"{size}x{size}": networks.dnn(size**2, neurons, part["hidden"])
        for size, neurons in zip(part["sizes"], part["neurons"], strict=True)
    }
    size = wires["impurity_models"]["size"]
    widest = networks.dnn(size**2, max(wires["species"]["neurons"]), 3)
    cnn = networks.cnn(size, size)
    convolutions = [layer for layer in cnn.layers if hasattr(layer, "kernel_size")]
    hidden = [
        layer
        for network in (*dense.values(), cnn)
        for layer in network.layers[:-1]
        if hasattr(layer, "kernel")
    ]

    def common(values):
        first, *others = values
        return first if all(value == first for value in others) else [first, *others]

    widths = [[layer.units for layer in network.layers[:-1]] for network in dense.values()]
    return {
        **{f"parameters_{name}": network.count_params() for name, network in dense.items()},
        "parameters_dnn_3000x3": widest.count_params(),
        "parameters_cnn": cnn.count_params(),
        "dnn_equal_width": all(len(set(units)) == 1 for units in widths),
        "output_neurons": [dense["3x3"].output_shape[-1], cnn.output_shape[-1]],
        "relu_everywhere": all(layer.activation.__name__ == "relu" for layer in hidden),
        "convolutions": len(convolutions),
        "kernels": common([layer.filters for layer in convolutions]),
        "kernel_size": list(common([layer.kernel_size for layer in convolutions])),
        "stride": common([s for layer in convolutions for s in layer.strides]),
        "dense_width": cnn.layers[-2].units,
    }


@pytest.fixture(scope="module")
def properties(wires):
    return {**wire(), **numbers(wires), **drawn(wires), **architectures(wires)}


def test_the_paper_scale_is_what_the_paper_set_up(settings, properties):
    assert claims.differences(LEDGER, settings("paper"), properties) == []


def test_every_property_is_used_and_every_setting_asserted_or_excused(properties):
    named = {setting.property for setting in LEDGER.settings if setting.property}
    assert named == set(properties)
    excused = {setting.id for setting in LEDGER.settings if setting.not_asserted}
    assert excused == {"wires.timing.cpu_clock", "wires.timing.cpu_cores"}


@pytest.mark.parametrize("scale", ["smoke", "default"])
def test_reduced_scales_differ_from_the_paper(settings, properties, scale):
    wrong = claims.differences(LEDGER, settings(scale), properties)
    assert any(line.startswith("wires.model_ii.size") for line in wrong)


def test_a_setting_that_the_configuration_lacks_is_named(settings):
    setting = claims.Setting("wires.x", "", "", 1, "none", config="wires.model_i.absent")
    ledger = claims.Ledger("wires", "", (setting,), ())
    with pytest.raises(claims.LedgerError, match=r"wires.model_i.absent: no such key \('absent'\)"):
        claims.differences(ledger, settings("paper"), {})


IDS = """
wires.model.hopping wires.model.lead_onsite wires.model.fermi_energy wires.model_i.w_dis
wires.model_i.interval wires.model_i.sizes wires.model_i.features wires.model_ii.impurity_energy
wires.model_ii.size wires.model_ii.features wires.bias.voltage wires.bias.n_energies
wires.bias.energies wires.model_i.histogram.half_bin wires.model_i.histogram.asymmetric
wires.model_i.histogram.wide wires.model_i.ucf_constant wires.model_ii.fig3.concentrations
wires.model_ii.fig3.limit_n1 wires.model_ii.fig3.monotone wires.model_ii.fig3.spread
wires.net.hidden_layers wires.net.dnn.equal_width wires.net.output_neurons wires.net.activation
wires.net.cnn.conv_layers wires.net.cnn.kernels wires.net.cnn.kernel_size wires.net.cnn.stride
wires.net.cnn.dense_width wires.net.learning_rate wires.net.params.3x3 wires.net.params.5x5
wires.net.params.10x10 wires.net.params.20x20 wires.net.params.cnn40 wires.net.params.dnn3000x3
wires.model_i.n_train wires.model_i.n_test wires.model_i.n_neurons wires.model_i.mae.3x3
wires.model_i.mae.5x5 wires.model_i.mae.10x10 wires.model_i.mae.20x20 wires.model_i.mae.monotone
wires.model_i.parity.3x3_dense wires.model_i.parity.spread wires.model_i.coverage
wires.model_i.prediction_fails wires.model_i.beats_ridge wires.model_ii.n_train
wires.model_ii.n_test wires.model_ii.n_train_range wires.model_ii.mae_g.30k
wires.model_ii.mae_g.80k wires.model_ii.mae_g.summary wires.model_ii.mae_g.learning_curve
wires.model_ii.better_than_i wires.model_ii.outliers_g wires.model_ii.hist_g
wires.model_ii.hist_g.exception wires.model_ii.mae_gbar.80k wires.model_ii.mae_gbar.summary
wires.model_ii.mae_ratio wires.model_ii.mae_gbar.decay wires.model_ii.parity.gbar_denser
wires.model_ii.hist_gbar wires.model_ii.gbar_fluctuation wires.ensemble.n_configs
wires.ensemble.n_range wires.ensemble.mean_agrees wires.ensemble.std_agrees wires.timing.kwant
wires.timing.network wires.timing.ratio wires.timing.cpu_clock wires.timing.cpu_cores
wires.app_a.w_dis wires.app_a.n_test wires.app_a.fig8.n_train wires.app_a.fig8.n_hidden
wires.app_a.fig8.neurons wires.app_a.fig8.size wires.app_a.fig8.convergence
wires.app_a.disorder_strength wires.app_a.fig9.n_train wires.app_a.fig9.sizes
wires.app_a.fig9a.neurons wires.app_a.fig9b.hidden wires.app_a.fig9.mae.3x3
wires.app_a.fig9.mae.4x4 wires.app_a.fig9.not_by_samples wires.app_a.fig9.by_width
wires.app_a.fig9.by_depth wires.app_a.fig9.samples_for_convergence wires.app_a.fig9.falls_with_n
wires.app_a.mae.1x1 wires.app_a.mae.1x2 wires.app_a.samples_ratio wires.app_b.model_iii.energies
wires.app_b.model_iii.probabilities wires.app_b.model_iv.energies
wires.app_b.model_iv.probabilities wires.app_b.categories wires.app_b.n_train wires.app_b.n_test
wires.app_b.fluctuation wires.app_b.fluctuation.60_100.ii wires.app_b.fluctuation.60_100.iv
wires.app_b.neurons wires.app_b.depth_dependence wires.app_b.optimal_depth wires.app_b.mae.ii
wires.app_b.mae.iii wires.app_b.mae.iv wires.app_b.mae.ordering wires.app_b.architecture_weak
wires.app_b.cnn_equals_dnn wires.app_b.cnn_cheaper wires.digitised.fig2.peaks
wires.digitised.fig3.n0 wires.digitised.fig6b.curve wires.digitised.fig6d.curve
wires.digitised.fig7a.curve wires.digitised.fig7b.peak wires.digitised.fig8.values
wires.digitised.fig9.values wires.digitised.fig10.range wires.digitised.fig11.values
wires.digitised.fig12.cnn wires.general.nc_small wires.general.fast_and_accurate
"""


def test_every_claim_of_the_paper_is_in_the_ledger():
    found = [entry.id for entry in (*LEDGER.settings, *LEDGER.results)]
    assert sorted(found) == sorted(IDS.split())
