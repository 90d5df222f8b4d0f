"""Shows how neural networks learn."""
