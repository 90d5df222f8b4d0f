"""Writes a log with a named writer: ``python log_writers.py WRITER FOLDER``.

Prints as JSON what was written: the numbers by tag as [step, value], the histograms by tag as
[step, number of values, smallest, largest].
"""

import json
import sys

import numpy as np

FOLDER = sys.argv[2]
STEPS = (0, 1, 5, 20)
numbers: dict[str, list] = {}
histograms: dict[str, list] = {}


def number(step, tag="train/loss"):
    value = 1.5 / (1 + step)
    numbers.setdefault(tag, []).append([step, value])
    return value


def values(step, tag="fc/weight"):
    x = np.random.default_rng(step).normal(size=200).astype(np.float32)
    kept(tag, step, x)
    return x


def kept(tag, step, x):
    x = np.asarray(x, np.float64)
    histograms.setdefault(tag, []).append([step, x.size, float(x.min()), float(x.max())])


def summary_writer(SummaryWriter):
    with SummaryWriter(FOLDER) as writer:
        for step in STEPS:
            writer.add_scalar("train/loss", number(step), step)
            writer.add_histogram("fc/weight", values(step), step)


def torch():
    from torch.utils.tensorboard import SummaryWriter

    summary_writer(SummaryWriter)


def tensorboardx():
    from tensorboardX import SummaryWriter

    summary_writer(SummaryWriter)


def tensorflow():
    import tensorflow as tf

    with tf.summary.create_file_writer(FOLDER).as_default():
        for step in STEPS:
            tf.summary.scalar("train/loss", number(step), step=step)
            tf.summary.histogram("fc/weight", values(step), step=step)


def tensorflow1():
    import tensorflow.compat.v1 as tf

    with tf.Graph().as_default(), tf.Session() as session:
        loss, x = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [200])
        tf.summary.scalar("train/loss", loss)
        tf.summary.histogram("fc/weight", x)
        merged = tf.summary.merge_all()
        with tf.summary.FileWriter(FOLDER, session.graph) as writer:
            for step in STEPS:
                told = session.run(merged, {loss: number(step), x: values(step)})
                writer.add_summary(told, step)


def keras():
    import keras

    class Look(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            for kind, part in (("weight", 0), ("bias", 1)):
                kept(f"net/fc/{kind}", epoch, self.model.get_layer("fc").get_weights()[part])
            for name, value in logs.items():
                split = "validation" if name.startswith("val_") else "train"
                tag = f"{split}/epoch_{name.removeprefix('val_')}"
                numbers.setdefault(tag, []).append([epoch, value])

    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).normal(size=(64, 4)).astype(np.float32)
    layers = [keras.Input((4,)), keras.layers.Dense(3, name="fc")]
    model = keras.Sequential(layers, name="net")
    model.compile("sgd", "mse", run_eagerly=False)
    board = keras.callbacks.TensorBoard(FOLDER, histogram_freq=1, write_graph=False)
    data = {"validation_data": (x, x[:, :3])}
    model.fit(x, x[:, :3], epochs=3, verbose=0, callbacks=[board, Look()], **data)


def lightning():
    from lightning.pytorch.loggers import TensorBoardLogger

    logger = TensorBoardLogger(FOLDER, name="", version="")
    logger.log_hyperparams({"rate": 0.5})
    for step in STEPS:
        logger.log_metrics({"train/loss": number(step)}, step)
        logger.experiment.add_histogram("fc/weight", values(step), step)
    logger.finalize("success")


def transformers():
    import torch
    from transformers import Trainer, TrainingArguments

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = torch.nn.Linear(2, 1)

        def forward(self, x, labels):
            y = self.fc(x).squeeze(1)
            return {"loss": ((y - labels) ** 2).mean(), "y": y}

    import os

    os.environ["TENSORBOARD_LOGGING_DIR"] = FOLDER
    options = {"use_cpu": True, "logging_steps": 2, "max_steps": 6, "save_strategy": "no"}
    args = TrainingArguments(f"{FOLDER}-out", report_to="tensorboard", disable_tqdm=True, **options)
    x = np.random.default_rng(0).normal(size=(32, 2)).astype(np.float32)
    data = [{"x": row, "labels": row[0]} for row in x]
    trainer = Trainer(Net(), args, train_dataset=data)
    trainer.train()
    for entry in trainer.state.log_history:
        for name in ("loss", "grad_norm", "learning_rate"):
            if name in entry:
                numbers.setdefault(f"train/{name}", []).append([entry["step"], entry[name]])


def stable_baselines():
    from stable_baselines3.common.logger import TensorBoardOutputFormat

    writer = TensorBoardOutputFormat(FOLDER)
    for step in STEPS:
        writer.write({"train/loss": number(step)}, {"train/loss": ()}, step)
    writer.close()


def ignite():
    from ignite.handlers.tensorboard_logger import TensorboardLogger

    with TensorboardLogger(log_dir=FOLDER) as logger:
        for step in STEPS:
            logger.writer.add_scalar("train/loss", number(step), step)
            logger.writer.add_histogram("fc/weight", values(step), step)


def trackio():
    import os

    os.environ["TRACKIO_DIR"] = FOLDER
    import trackio as library

    library.init(project="log", name="red", config={"rate": 0.5})
    for step in STEPS:
        own = {"train/loss": number(step), "fc/weight": library.Histogram(values(step))}
        library.log(own, step=step)
    library.finish()


globals()[sys.argv[1]]()
print(json.dumps({"numbers": numbers, "histograms": histograms}))
