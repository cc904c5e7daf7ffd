"""EfficientNet in Keras; the graph is traced once and kept."""
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from tensorflow import keras  # noqa: E402
from tensorflow.keras import layers  # noqa: E402
from tensorflow.keras.applications.efficientnet import EfficientNetB0, preprocess_input  # noqa: E402

for gpu in tf.config.list_physical_devices("GPU"):
    tf.config.experimental.set_memory_growth(gpu, True)


class L2Normalize(layers.Layer):
    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs, training=None):
        return tf.math.l2_normalize(inputs, axis=self.axis)

    def get_config(self):
        return {**super().get_config(), "axis": self.axis}


def build(size=224, dim=256):
    inputs = keras.Input((size, size, 3), dtype="uint8", name="image")
    x = layers.Lambda(lambda t: preprocess_input(tf.cast(t, tf.float32)))(inputs)
    x = EfficientNetB0(include_top=False, pooling="avg", weights="imagenet")(x, training=False)
    x = layers.Dense(dim, use_bias=False, kernel_initializer="orthogonal")(x)
    outputs = L2Normalize(name="embedding")(x)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer="adam", loss="mse")
    model.trainable = False
    return model


class Extractor:
    def __init__(self, **options):
        self.model = build(**options)
        self.model.summary(print_fn=lambda line, line_break=None: None)
        self.embed = tf.function(self.model, input_signature=[tf.TensorSpec([None, 224, 224, 3], tf.uint8)])

    def decode(self, data):
        image = tf.io.decode_image(data, channels=3, expand_animations=False)
        return tf.cast(tf.image.resize_with_pad(image, 224, 224), tf.uint8)

    def dataset(self, blobs, batch=32):
        return (
            tf.data.Dataset.from_tensor_slices(list(blobs))
            .map(self.decode, num_parallel_calls=tf.data.AUTOTUNE)
            .batch(batch)
            .prefetch(tf.data.AUTOTUNE)
        )

    def __call__(self, blobs):
        parts = [self.embed(batch).numpy() for batch in self.dataset(blobs)]
        return np.concatenate(parts) if parts else np.zeros((0, 256), np.float32)

    def evaluate(self, x, y):
        return self.model.evaluate(x, y, verbose=0, return_dict=True)
