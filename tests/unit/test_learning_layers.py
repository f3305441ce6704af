"""Layers of Keras models as tables."""

import keras

from hamlearn.learning import layers


def test_a_sequential_model_is_listed_with_its_input():
    wide = keras.layers.Dense(4, "relu", name="wide")
    model = keras.Sequential([keras.Input((3,)), wide, keras.layers.Dense(1, name="narrow")])
    frame = layers.listed(model, bias=lambda layer: layer.use_bias)
    assert frame["layer"].tolist() == ["input", "wide", "narrow"]
    assert frame["output_shape"].tolist() == ["3", "4", "1"]
    assert frame["type"].tolist() == ["InputLayer", "Dense", "Dense"]
    assert frame["activation"].tolist() == ["", "relu", "linear"]
    assert frame["parameters"].sum() == model.count_params()
    assert frame["bias"].tolist()[1:] == [True, True]


def test_a_faster_form_of_a_layer_is_listed_as_what_it_is():
    class Faster(keras.layers.Dense):
        pass

    class Own(keras.layers.Layer):
        def call(self, x):
            return x

    assert layers.kind(Faster(2)) == "Dense"
    assert layers.kind(Own()) == "Own"


def test_ancestors_are_all_that_a_layer_depends_on():
    left, right = (keras.Input((2,), name=name) for name in ("left", "right"))
    one = keras.layers.Dense(2, name="one")(left)
    joined = keras.layers.Concatenate(name="joined")([one, right])
    model = keras.Model([left, right], joined)
    assert layers.ancestors(model.get_layer("one"), model) == {"one", "left"}
    assert layers.ancestors(model.get_layer("joined"), model) == {"one", "left", "right", "joined"}
    assert [layer.name for layer in layers.parents(model.get_layer("one"), model)] == ["left"]
