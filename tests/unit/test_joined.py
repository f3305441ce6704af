"""Small tables of all networks joined into one."""

import pandas as pd

from hamlearn import joined


def test_tables_follow_each_other_and_empty_ones_add_nothing(tmp_path):
    paths = [tmp_path / f"{k}.csv" for k in range(3)]
    pd.DataFrame({"run": ["a"], "mae": [1.0]}).to_csv(paths[0], index=False)
    pd.DataFrame(columns=["run", "other"]).to_csv(paths[1], index=False)
    pd.DataFrame({"run": ["b", "c"], "mae": [2.0, 3.0]}).to_csv(paths[2], index=False)
    joined.join(paths, tmp_path / "all.csv")
    found = pd.read_csv(tmp_path / "all.csv")
    assert found.to_dict("list") == {"run": ["a", "b", "c"], "mae": [1.0, 2.0, 3.0]}


def test_histories_say_whose_they_are(tmp_path):
    folders = [tmp_path / "full" / "seed0", tmp_path / "valley" / "seed12"]
    for folder in folders:
        folder.mkdir(parents=True)
        history = pd.DataFrame({"run": "net", "epoch": [1, 2], "loss": [0.5, 0.25]})
        history.to_csv(folder / "history.csv", index=False)
    joined.join_histories(folders, tmp_path / "histories.csv")
    found = pd.read_csv(tmp_path / "histories.csv")
    assert list(found) == ["job", "seed", "run", "epoch", "loss"]
    assert found["job"].tolist() == ["full", "full", "valley", "valley"]
    assert found["seed"].tolist() == [0, 0, 12, 12]
