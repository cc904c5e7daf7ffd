"""The same in JAX: pure functions, jit, vmap, a flax module, orbax for its weights."""
from functools import partial
from typing import Any, Callable, NamedTuple, Sequence

import chex
import equinox as eqx
import flax.linen as nn
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import optax
import orbax.checkpoint as ocp
from flax import serialization, struct
from flax.training import train_state
from jax import Array, grad, jit, lax, random, value_and_grad, vmap
from jax.tree_util import tree_map

jax.config.update("jax_enable_x64", False)


class Encoder(nn.Module):
    widths: Sequence[int] = (256, 128)
    act: Callable[[Array], Array] = nn.gelu
    dropout: float = 0.1

    @nn.compact
    def __call__(self, x: Array, *, train: bool = False) -> Array:
        for i, width in enumerate(self.widths):
            x = nn.Dense(width, name=f"dense_{i}")(x)
            x = self.act(nn.LayerNorm()(x))
            x = nn.Dropout(self.dropout, deterministic=not train)(x)
        return x / (jnp.linalg.norm(x, axis=-1, keepdims=True) + 1e-9)


class TrainState(train_state.TrainState):
    rng: Array
    metrics: Any = struct.field(default_factory=dict)


class Pair(NamedTuple):
    a: Array
    b: Array


def info_nce(za: Array, zb: Array, temperature: float = 0.07) -> Array:
    logits = za @ zb.T / temperature
    labels = jnp.arange(logits.shape[0])
    return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()


@partial(jit, static_argnames=("train",), donate_argnums=(0,))
def step(state: TrainState, batch: Pair, train: bool = True):
    rng, sub = random.split(state.rng)

    def loss_fn(params):
        encode = partial(state.apply_fn, {"params": params}, train=train, rngs={"dropout": sub})
        return info_nce(encode(batch.a), encode(batch.b))

    loss, grads = value_and_grad(loss_fn)(state.params)
    grads = tree_map(lambda g: jnp.clip(g, -1, 1), grads)
    return state.apply_gradients(grads=grads).replace(rng=rng), loss


def init(key: Array, dim: int = 64) -> TrainState:
    model = Encoder()
    params = model.init(key, jnp.ones((1, dim)))["params"]
    schedule = optax.warmup_cosine_decay_schedule(0.0, 1e-3, 10, 100)
    return TrainState.create(apply_fn=model.apply, params=params, tx=optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule)), rng=key)


@jit
def scan_means(xs: Array) -> Array:
    def body(carry, x):
        n, mean = carry
        mean = mean + (x - mean) / (n + 1)
        return (n + 1, mean), mean

    return lax.scan(body, (0, jnp.zeros(xs.shape[1:])), xs)[1]


saliency = jit(vmap(grad(lambda x: jnp.sum(jnp.tanh(x) ** 2))))


class Linear(eqx.Module):
    weight: Array

    def __init__(self, key: Array, n: int):
        self.weight = random.normal(key, (n, n))

    def __call__(self, x: Array) -> Array:
        return self.weight @ x


def old_style(x: Array) -> Array:
    return hk.nets.MLP([32, 16])(x)


haiku_model = hk.without_apply_rng(hk.transform(old_style))


def to_bytes(params: Any) -> bytes:
    chex.assert_tree_all_finite(params)
    return serialization.to_bytes(params)


def restore(path: str, like: Any) -> Any:
    return ocp.PyTreeCheckpointer().restore(path, item=like)


class RealtimeHandler:
    def __init__(self) -> None:
        self.state = init(random.PRNGKey(0))
        self.encode = jit(lambda x: self.state.apply_fn({"params": self.state.params}, x))

    def predict(self, request: dict) -> dict:
        vector = self.encode(jnp.asarray(request["features"], jnp.float32)[None])[0]
        return {"embedding": np.asarray(jax.device_get(vector)).tolist()}
