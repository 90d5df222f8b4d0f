"""The two classes of the notes, written anew with their faults: what they do is what counts.

They are witnesses for `optim.adagrad` and `nn.Dropout`, beside torch.
"""

import numpy as np


class AdaGrad:
    """The notes' rule: a dictionary of parameters is changed in place.

    Its rate is spelt ``ir``, as in the notes.
    """

    def __init__(self, ir=0.01):
        self.lr = ir
        self.h = None

    def update(self, params, grads):
        if self.h is None:
            self.h = {key: np.zeros_like(value) for key, value in params.items()}
        for key, grad in grads.items():
            self.h[key] += grad * grad
            params[key] -= self.lr * grad / (np.sqrt(self.h[key]) + 1e-7)


class Dropout:
    """The notes' layer: what it has computed in training, it forgets to return."""

    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):  # noqa: RET503
        if train_flg:
            self.mask = np.random.rand(*x.shape) > self.dropout_ratio  # noqa: NPY002
            x * self.mask
        else:
            return x * (1.0 - self.dropout_ratio)

    def backward(self, dout):
        return dout * self.mask
