"""What is said at the edge of a picture: its scale, and which settings are not the paper's."""

from collections.abc import Mapping

from hamlearn.claims import Ledger, Setting, show, unlike
from hamlearn.pictures import Picture
from hamlearn.typeset import thousands

UNCOMPARED = "smoke"
"""The scale from which nothing can be learned, whatever its sizes."""
SHOWN = 2
"""Settings that are named; the others are counted."""
LONGEST = 4
"""Entries of a list that are shown; of a longer one the first, the second and the last."""


def stamp(settings: Mapping, ledger: Ledger, picture: Picture) -> str:
    """Return the scale, with the settings in which a picture differs from its paper.

    They are compared with the ledger, not with config.yaml, which anyone may edit. What a paper
    does not state is not compared.

    Parameters
    ----------
    settings : mapping
        The configuration of the run, resolved to its scale.
    ledger : Ledger
        What the paper of the study set up.
    picture : Picture
        Its `compared` names what it depends on; all settings if it does not, none if it reads
        nothing either.
    """
    scale, names = settings["scale"], picture.compared
    if scale == UNCOMPARED:
        return scale
    if names is None:
        names = ("",) if picture.inputs else ()
    differ = {
        path.removeprefix(f"{ledger.study}."): (setting, found)
        for setting, path, found in unlike(ledger, settings)
    }
    chosen = dict.fromkeys(path for name in names for path in differ if _within(path, name))
    words = [_in_words(path, *differ[path]) for path in chosen]
    if not words:
        return scale
    more = f" and {len(words) - SHOWN} more" if len(words) > SHOWN else ""
    return f"{scale}; {', '.join(words[:SHOWN])}{more}"


def _within(path: str, section: str) -> bool:
    return not section or f"{path}.".startswith(f"{section}.")


def _in_words(path: str, setting: Setting, found: object) -> str:
    most = {"le": " or less", "ge": " or more"}.get(setting.compare, "")
    return f"{path} {_shown(found)} (paper {_shown(setting.value)}{most})"


def _shown(value: object) -> str:
    if isinstance(value, list):
        entries = [_shown(entry) for entry in value]
        if len(entries) > LONGEST:
            entries[2:-1] = ["…"]
        return ", ".join(entries)
    if isinstance(value, int) and not isinstance(value, bool):
        return thousands(value)
    return show(value)
