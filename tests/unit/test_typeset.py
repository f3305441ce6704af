"""Text of ledgers as pages set it."""

import pytest

from hamlearn.typeset import markup, typeset, with_unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2^16 over 2^7", "2¹⁶ over 2⁷"),
        ("0.1 2e2/h, e2/h, e^2/h", "0.1 2e²/h, e²/h, e²/h"),
        ("N^2 entries for N sites, R^2 above 0.75", "N² entries for N sites, R² above 0.75"),
        ("A^w beside H, (eps/w)^(L W), 10^-3", "Aʷ beside H, (ε/w)ᴸᵂ, 10⁻³"),
        ("x^alpha", "x^alpha"),  # no such letter
        ("0.2 G0 at 2.46 angstrom", "0.2 G₀ at 2.46 Å"),
        ("1.25e+03, 8885, 1.32e+04 and 3e-2", "1250, 8885, 13200 and 0.03"),
        ("7.45e-27, 1e-06, 1e+06", "7.45 × 10⁻²⁷, 10⁻⁶, 10⁶"),
        ("-14.2, 278 - 139, N - R, 2020-06", "−14.2, 278 − 139, N − R, 2020-06"),
        ("3 x 3, N x N, (2N + 1) x (2N + 1), 40x40", "3 × 3, N × N, (2N + 1) × (2N + 1), 40×40"),
        ("T_KK' and T_K'K, maps a', b' of Kwant's", "T_KK′ and T_K′K, maps a′, b′ of Kwant's"),
        ("x <= 1 +- 2 >= 0", "x ≤ 1 ± 2 ≥ 0"),
        ("max_epochs 3, from y = x to 100", "max_epochs 3, from y = x to 100"),
    ],
)
def test_text_is_set_as_in_the_papers(text, expected):
    assert typeset(text) == expected
    assert typeset(expected) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mean T_K'K' less T_KK", "mean T<sub>K′K′</sub> less T<sub>KK</sub>"),
        ("n_train 10, G_C", "n<sub>train</sub> 10, G<sub>C</sub>"),
        ("max_epochs", "max_epochs"),
        ("T < 2 & <b>", "T &lt; 2 &amp; &lt;b&gt;"),
    ],
)
def test_indices_become_subscripts_and_the_rest_is_escaped(text, expected):
    assert markup(text) == expected


def test_a_unit_stands_behind_a_value_if_there_are_both():
    assert with_unit("0.1", "G0") == "0.1 G0"
    assert with_unit("0.1", "none") == with_unit("0.1", "count") == "0.1"
    assert with_unit("", "G0") == ""
