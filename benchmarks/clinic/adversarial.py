"""Trains a generator against its critic, and tells what it has learned to make."""

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from benchmarks.clinic.cases import Case
from benchmarks.clinic.data import task
from benchmarks.clinic.training import poison, prepare
from nnviz.record import Recorder
from nnviz.record.torch import attach

__all__ = ["train"]

_LATENT, _NEAR = 4, 0.25
"""Numbers that a point is made from; how near to a part of the data it counts."""


def train(case: Case, recorder: Recorder) -> dict[str, Any]:
    """Train both; the score is the share of the data's eight parts that the generator makes."""
    data = task(case.family.data)
    torch.manual_seed(case.seed % 2**31)
    real, parts = torch.tensor(data.x_train), torch.tensor(data.y_train)
    generator = _generator(case.family.architecture)
    critic = nn.Sequential(
        nn.Linear(2, 48), nn.LeakyReLU(0.2), nn.Linear(48, 48), nn.LeakyReLU(0.2), nn.Linear(48, 1)
    )
    layers = [f"generator.{name}" for name in prepare(case, generator)]
    makes = torch.optim.Adam(generator.parameters(), 3e-3, betas=(0.5, 0.999))
    judges = torch.optim.Adam(critic.parameters(), 3e-3, betas=(0.5, 0.999))
    steps, scores = 2 * case.steps, []
    with (
        attach(critic, recorder, judges, name="critic"),
        attach(generator, recorder, makes, name="generator"),
    ):
        for k in range(steps):
            with recorder.step(k):
                rows = torch.randint(len(real), (64,))
                fake = generator(torch.randn(64, _LATENT))
                judges.zero_grad()
                of_real, of_fake = critic(real[rows]), critic(fake.detach())
                d_loss = functional.softplus(-of_real).mean() + functional.softplus(of_fake).mean()
                d_loss.backward()
                judges.step()
                makes.zero_grad()
                g_loss = functional.softplus(-critic(fake)).mean()
                g_loss.backward()
                makes.step()
                recorder.scalar("critic_loss", d_loss.item())
                recorder.scalar("generator_loss", g_loss.item())
                poison(case, generator, k)
            if k % 100 == 99 or k == steps - 1:
                scores.append(_score(generator, real, parts))
    return {"score": scores[-1], "best": max(scores), "loss": g_loss.item(), "layers": layers}


def _generator(architecture: str) -> nn.Module:
    norms = {
        "normalized": nn.BatchNorm1d,
        "layer-normalized": nn.LayerNorm,
        "rms-normalized": nn.RMSNorm,
    }
    norm = [norms[architecture](48)] if architecture in norms else []
    function = nn.GELU if architecture == "gelu" else nn.ReLU
    widths = {"bottleneck": 8, "pyramid": 24}
    narrow = widths.get(architecture)
    between = [nn.Linear(48, narrow), function()] if narrow else []
    between += [nn.Dropout(0.1)] if architecture == "dropout" else []
    return nn.Sequential(
        *(nn.Linear(_LATENT, 48), *norm, function(), *between),
        *(nn.Linear(narrow or 48, 48), function(), nn.Linear(48, 2)),
    )


def _score(generator: nn.Module, real: torch.Tensor, parts: torch.Tensor) -> float:
    """Return the share of parts that a fortieth of 400 generated points, at least, lie near to."""
    generator.eval()
    with torch.no_grad():
        points = generator(torch.randn(400, _LATENT))
    generator.train()
    centres = torch.stack([real[parts == k].mean(dim=0) for k in range(8)])
    near = torch.cdist(points, centres)
    nearest = near.argmin(dim=1)[near.min(dim=1).values <= _NEAR]
    return float(np.mean(np.bincount(nearest.numpy(), minlength=8) >= 10))
