"""Every fixed word that a user reads in what is published, by its key."""

__all__ = ["WORDS"]

WORDS: dict[str, str] = {
    "section descent": "Descent, and what the learning rate does",
    "section rules": "Momentum, AdaGrad, Adam",
    "section surfaces": "Valleys, several minima, noise",
    "section optimizers": "Which optimizer?",
    "section activations": "Activation functions",
    "section initialization": "Initial weights",
    "section normalization": "Batch normalization",
    "section overfitting": "Overfitting: weight decay and dropout",
    "section learned": "What a network has learned",
    "section hyperparameters": "Hyperparameters",
    "section recording": "A look inside a network that trains",
}
"""Read when they are used, so that another language can take their place."""
