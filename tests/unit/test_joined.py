"""Small tables of all networks joined into one."""

import pandas as pd
import pytest

from hamlearn import files, joined

RUNS = {"full": ["a"], "none": [], "both": ["b", "c"]}


def tables(folder):
    paths = [folder / job / "seed0.csv" for job in RUNS]
    files.write_small(paths[0], pd.DataFrame({"run": ["a"], "seed": [0], "mae": [1.0]}))
    files.write_small(paths[1], pd.DataFrame(columns=["run", "seed", "other"]))
    both = pd.DataFrame({"run": ["b", "c"], "seed": [0, 0], "mae": [2.0, 3.0]})
    files.write_small(paths[2], both)
    return paths


def test_tables_follow_each_other_and_empty_ones_add_nothing(tmp_path):
    joined.join(tables(tmp_path), tmp_path / "all.csv", RUNS)
    found = pd.read_csv(tmp_path / "all.csv")
    assert list(found) == ["run", "seed", "mae"]
    assert found["run"].tolist() == ["a", "b", "c"]
    assert found["mae"].tolist() == [1.0, 2.0, 3.0]


def test_a_table_cut_in_half_is_refused_and_nothing_is_written(tmp_path):
    *_, last = paths = tables(tmp_path)
    last.write_text("".join(last.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(files.DamagedFile, match="both/seed0.csv: not what was written"):
        joined.join(paths, tmp_path / "all.csv", RUNS)
    (last.parent / ".seed0.csv.sha256").unlink()  # as of a table of one's own
    with pytest.raises(files.DamagedFile, match="both/seed0.csv: no rows of c"):
        joined.join(paths, tmp_path / "all.csv", RUNS)
    assert not (tmp_path / "all.csv").exists()


def test_histories_say_whose_they_are_and_lack_no_network(tmp_path):
    folders = [tmp_path / "full" / "seed0", tmp_path / "valley" / "seed12"]
    for folder in folders:
        history = pd.DataFrame({"run": "net", "epoch": [1, 2], "loss": [0.5, 0.25]})
        files.write_small(folder / "history.csv", history)
    runs = {"full": ["net"], "valley": ["net"]}
    joined.join_histories(folders, tmp_path / "histories.csv", runs)
    found = pd.read_csv(tmp_path / "histories.csv")
    assert list(found) == ["job", "seed", "run", "epoch", "loss"]
    assert found["job"].tolist() == ["full", "full", "valley", "valley"]
    assert found["seed"].tolist() == [0, 0, 12, 12]
    with pytest.raises(files.DamagedFile, match="history.csv: no rows of other"):
        joined.join_histories(folders, tmp_path / "h.csv", {**runs, "valley": ["net", "other"]})
