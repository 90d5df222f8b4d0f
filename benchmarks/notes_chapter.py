"""The chapter's experiments the way a textbook programs them: the peer of `benchmarks.chapter`.

Plain NumPy in float64. Parameters and gradients are dictionaries, layers are classes that keep
what their backward pass needs, a network knows its loss and its gradient by separate calls, and
after every epoch the accuracy is measured on all training and test rows. One seed, no figures.

Our own code, after the description of the notes' scripts; nothing is slower than it has to be
in this style, and nothing in it is taken from nnviz. ``python -m benchmarks.notes_chapter`` runs
the experiments and prints what each took.
"""

# ruff: noqa: D101, D102, ARG002 - classes as a textbook prints them

from collections import OrderedDict
from time import perf_counter

import numpy as np
from sklearn.datasets import load_digits

RNG = np.random.default_rng(0)


class Affine:
    def __init__(self, params, k):
        self.params, self.w, self.b = params, f"W{k}", f"b{k}"

    def forward(self, x, train):
        self.x = x
        return x @ self.params[self.w] + self.params[self.b]

    def backward(self, dout, grads):
        grads[self.w] = self.x.T @ dout
        grads[self.b] = dout.sum(axis=0)
        return dout @ self.params[self.w].T


class Relu:
    def forward(self, x, train):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout, grads):
        dout[self.mask] = 0
        return dout


class Dropout:
    def __init__(self, ratio):
        self.ratio = ratio

    def forward(self, x, train):
        if not train:
            return x * (1 - self.ratio)
        self.mask = RNG.random(x.shape) > self.ratio
        return x * self.mask

    def backward(self, dout, grads):
        return dout * self.mask


class BatchNormalization:
    def __init__(self, params, k, n, momentum=0.9):
        self.params, self.gamma, self.beta = params, f"gamma{k}", f"beta{k}"
        self.momentum = momentum
        self.running_mean, self.running_var = np.zeros(n), np.zeros(n)

    def forward(self, x, train):
        if train:
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.std = np.sqrt(var + 1e-6)
            self.xn = (x - mean) / self.std
            m = self.momentum
            self.running_mean = m * self.running_mean + (1 - m) * mean
            self.running_var = m * self.running_var + (1 - m) * var
            xn = self.xn
        else:
            xn = (x - self.running_mean) / np.sqrt(self.running_var + 1e-6)
        return self.params[self.gamma] * xn + self.params[self.beta]

    def backward(self, dout, grads):
        grads[self.beta] = dout.sum(axis=0)
        grads[self.gamma] = (self.xn * dout).sum(axis=0)
        dxn = self.params[self.gamma] * dout
        return (dxn - dxn.mean(axis=0) - self.xn * (dxn * self.xn).mean(axis=0)) / self.std


class SoftmaxWithLoss:
    def forward(self, x, t):
        exp = np.exp(x - x.max(axis=1, keepdims=True))
        self.y, self.t = exp / exp.sum(axis=1, keepdims=True), t
        return -np.log(self.y[np.arange(len(t)), t] + 1e-7).mean()

    def backward(self):
        dx = self.y.copy()
        dx[np.arange(len(self.t)), self.t] -= 1
        return dx / len(self.t)


class Network:
    def __init__(self, hidden, std="he", decay=0.0, dropout=0.0, batch_norm=False):
        sizes = [64, *hidden, 10]
        self.decay, self.depth = decay, len(sizes) - 1
        self.params, self.layers = {}, OrderedDict()
        scales = {"he": 2.0, "xavier": 1.0}
        for k in range(1, self.depth + 1):
            scale = np.sqrt(scales[std] / sizes[k - 1]) if std in scales else std
            self.params[f"W{k}"] = scale * RNG.standard_normal((sizes[k - 1], sizes[k]))
            self.params[f"b{k}"] = np.zeros(sizes[k])
            self.layers[f"Affine{k}"] = Affine(self.params, k)
            if k == self.depth:
                break
            if batch_norm:
                self.params[f"gamma{k}"] = np.ones(sizes[k])
                self.params[f"beta{k}"] = np.zeros(sizes[k])
                self.layers[f"BatchNorm{k}"] = BatchNormalization(self.params, k, sizes[k])
            self.layers[f"Relu{k}"] = Relu()
            if dropout:
                self.layers[f"Dropout{k}"] = Dropout(dropout)
        self.last = SoftmaxWithLoss()

    def predict(self, x, train=False):
        for layer in self.layers.values():
            x = layer.forward(x, train)
        return x

    def loss(self, x, t, train=False):
        penalty = 0.0
        if self.decay:
            for k in range(1, self.depth + 1):
                penalty += 0.5 * self.decay * np.sum(self.params[f"W{k}"] ** 2)
        return self.last.forward(self.predict(x, train), t) + penalty

    def accuracy(self, x, t):
        return np.mean(self.predict(x).argmax(axis=1) == t)

    def gradient(self, x, t):
        self.loss(x, t, train=True)
        grads, dout = {}, self.last.backward()
        for layer in reversed(self.layers.values()):
            dout = layer.backward(dout, grads)
        if self.decay:
            for k in range(1, self.depth + 1):
                grads[f"W{k}"] += self.decay * self.params[f"W{k}"]
        return grads


class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for key in params:
            params[key] -= self.lr * grads[key]


class Momentum:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, None

    def update(self, params, grads):
        if self.v is None:
            self.v = {key: np.zeros_like(value) for key, value in params.items()}
        for key in params:
            self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]
            params[key] += self.v[key]


class AdaGrad:
    def __init__(self, lr=0.01):
        self.lr, self.h = lr, None

    def update(self, params, grads):
        if self.h is None:
            self.h = {key: np.zeros_like(value) for key, value in params.items()}
        for key in params:
            self.h[key] += grads[key] * grads[key]
            params[key] -= self.lr * grads[key] / (np.sqrt(self.h[key]) + 1e-7)


class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2, self.steps, self.m = lr, beta1, beta2, 0, None

    def update(self, params, grads):
        if self.m is None:
            self.m = {key: np.zeros_like(value) for key, value in params.items()}
            self.v = {key: np.zeros_like(value) for key, value in params.items()}
        self.steps += 1
        correction = np.sqrt(1 - self.beta2**self.steps) / (1 - self.beta1**self.steps)
        for key in params:
            self.m[key] += (1 - self.beta1) * (grads[key] - self.m[key])
            self.v[key] += (1 - self.beta2) * (grads[key] ** 2 - self.v[key])
            params[key] -= self.lr * correction * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)


def digits():
    x, t = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(x))
    x, t = x[order] / 16, t[order]
    return x[:1000], t[:1000], x[1000:], t[1000:]


def train(network, optimizer, x_train, t_train, x_test, t_test, epochs):
    """Train with batches of 100; return the accuracies by epoch."""
    per_epoch = max(len(x_train) // 100, 1)
    losses, train_accuracy, test_accuracy = [], [], []
    for step in range(epochs * per_epoch):
        batch = RNG.choice(len(x_train), 100)
        grads = network.gradient(x_train[batch], t_train[batch])
        optimizer.update(network.params, grads)
        losses.append(network.loss(x_train[batch], t_train[batch]))
        if step % per_epoch == 0:
            train_accuracy.append(network.accuracy(x_train, t_train))
            test_accuracy.append(network.accuracy(x_test, t_test))
    return train_accuracy, test_accuracy


def trajectories():
    """Four optimizers on x²/20 + y², 30 updates each (§1)."""
    paths = {}
    for optimizer in (SGD(0.95), Momentum(0.1), AdaGrad(1.5), Adam(0.3)):
        params = {"x": np.array(-7.0), "y": np.array(2.0)}
        path = []
        for _ in range(30):
            path.append((float(params["x"]), float(params["y"])))
            optimizer.update(params, {"x": params["x"] / 10, "y": 2 * params["y"]})
        paths[type(optimizer).__name__] = path
    return paths


def activations():
    """Histograms of five layers, for three activations and five initializations (§2)."""
    functions = {
        "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
        "tanh": np.tanh,
        "relu": lambda x: np.maximum(x, 0),
    }
    counts = {}
    for name, function in functions.items():
        for std in (0.0, 1.0, 0.01, np.sqrt(1 / 100), np.sqrt(2 / 100)):
            x = RNG.standard_normal((1000, 100))
            for layer in range(5):
                x = function(x @ (std * RNG.standard_normal((100, 100))))
                counts[name, std, layer] = np.histogram(x, bins=30)
    return counts


def overfitting():
    """300 rows, 6×100: nothing, weight decay, dropout (§6)."""
    x_train, t_train, x_test, t_test = digits()
    data = x_train[:300], t_train[:300], x_test, t_test
    return {
        "none": train(Network([100] * 6), SGD(), *data, 201),
        "weight decay": train(Network([100] * 6, decay=0.1), SGD(), *data, 201),
        "dropout": train(Network([100] * 6, dropout=0.2), SGD(), *data, 301),
    }


def batch_norm():
    """5×100 from 16 weight scales, with and without batch normalization (§5)."""
    x_train, t_train, _, _ = digits()
    accuracies = {}
    for scale in np.logspace(0, -4, 16):
        for batch_norm in (True, False):
            network, optimizer = Network([100] * 5, scale, batch_norm=batch_norm), SGD()
            own = accuracies[scale, batch_norm] = []
            for step in range(200):
                batch = RNG.choice(len(x_train), 100)
                grads = network.gradient(x_train[batch], t_train[batch])
                optimizer.update(network.params, grads)
                if step % 10 == 0:
                    own.append(network.accuracy(x_train, t_train))
    return accuracies


def iterate(network, optimizer, x_train, t_train):
    """Train for 2,000 iterations with batches of 128; return the loss of each."""
    losses = []
    for _ in range(2000):
        batch = RNG.choice(len(x_train), 128)
        grads = network.gradient(x_train[batch], t_train[batch])
        optimizer.update(network.params, grads)
        losses.append(network.loss(x_train[batch], t_train[batch]))
    return losses


def initialization():
    """4×100 from three initializations (§3)."""
    data = digits()[:2]
    return {std: iterate(Network([100] * 4, std), SGD(), *data) for std in (0.01, "xavier", "he")}


def optimizers():
    """4×100 with four optimizers (§4)."""
    data = digits()[:2]
    rules = (SGD(), Momentum(), AdaGrad(), Adam())
    return {type(rule).__name__: iterate(Network([100] * 4), rule, *data) for rule in rules}


def hyperparameters():
    """100 random learning rates and weight decays, 50 epochs each (§7)."""
    x, t, _, _ = digits()
    order = RNG.permutation(500)
    held_out, rest = order[:100], order[100:]
    results = {}
    for _ in range(100):
        decay, lr = 10 ** RNG.uniform(-8, -4), 10 ** RNG.uniform(-6, -2)
        network = Network([100] * 6, decay=decay)
        results[lr, decay] = train(network, SGD(lr), x[rest], t[rest], x[held_out], t[held_out], 50)
    return results


EXPERIMENTS = {
    "trajectories": trajectories,
    "activations": activations,
    "overfitting": overfitting,
    "batch normalization": batch_norm,
    "initialization": initialization,
    "optimizers": optimizers,
    "hyperparameters": hyperparameters,
}


def main():
    total = 0.0
    with np.errstate(all="ignore"):  # some of these diverge, which is what they show
        for name, experiment in EXPERIMENTS.items():
            start = perf_counter()
            experiment()
            seconds = perf_counter() - start
            total += seconds
            print(f"{name:20} {seconds:7.2f} s")
    print(f"{'total':20} {total:7.2f} s")


if __name__ == "__main__":
    main()
