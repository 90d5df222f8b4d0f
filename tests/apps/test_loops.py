"""Loops of other libraries, recorded by a callback: against a loop of one's own."""

import logging
import os
import warnings
from contextlib import ExitStack

os.environ.setdefault("KERAS_BACKEND", "torch")
warnings.simplefilter("ignore")  # of these libraries, on their own code, as they are imported

import pytest  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402

lightning = pytest.importorskip("lightning", reason="`make test-apps` installs it")
transformers = pytest.importorskip("transformers", reason="`make test-apps` installs it")

import nnviz  # noqa: E402
from nnviz.adapters.lightning import LightningCallback  # noqa: E402
from nnviz.adapters.transformers import TransformersCallback  # noqa: E402
from nnviz.diagnosis import diagnose  # noqa: E402
from nnviz.record import Recorder  # noqa: E402
from tests.test_docs import blocks  # noqa: E402

pytestmark = pytest.mark.filterwarnings(
    "ignore",
    "error::nnviz.errors.RecordingWarning",
    "error::pytest.PytestUnraisableExceptionWarning",
)
logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)

X = torch.randn(48, 4, generator=torch.Generator().manual_seed(0))
BATCH = 4


def mlp():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))


def loader():
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X), batch_size=BATCH)


class Automatic(lightning.LightningModule):
    def __init__(self, rate=0.1):  # noqa: ARG002 - Lightning looks for it
        super().__init__()
        self.save_hyperparameters()
        self.net = mlp()

    def training_step(self, batch, _):
        loss = self.net(batch[0]).square().mean()
        self.log("own_loss", loss)
        return loss

    def validation_step(self, batch, _, dataloader_idx=0):
        self.log(f"val{dataloader_idx}_loss", self.net(batch[0]).square().mean())

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), self.hparams.rate)


class Manual(Automatic):
    """Two optimizers that move in turn."""

    def __init__(self):
        super().__init__()
        self.automatic_optimization = False

    def training_step(self, batch, _):
        for optimizer in self.optimizers():
            loss = self.net(batch[0]).square().mean()
            optimizer.zero_grad()
            self.manual_backward(loss)
            optimizer.step()

    def configure_optimizers(self):
        return [torch.optim.SGD(self.net[k].parameters(), 0.1) for k in (0, 2)]


def trainer(callback=None, **options):
    return lightning.Trainer(
        **{
            "max_epochs": 1,
            "logger": False,
            "enable_checkpointing": False,
            "enable_progress_bar": False,
            "enable_model_summary": False,
            "accelerator": "cpu",
            "callbacks": [callback] if callback else [],
            **options,
        }
    )


def by_hand(n_accumulated=1, clip=None, dtype=None):
    """Return what a loop of one's own records of the same training."""
    model, recorder = nn.ModuleDict({"net": mlp()}), Recorder(exact=True)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with nnviz.record.torch.attach(model, recorder, optimizer):
        for k, rows in enumerate(X.split(BATCH * n_accumulated)):
            with recorder.step(k):
                for x in rows.split(BATCH):
                    with torch.autocast("cpu", dtype, enabled=dtype is not None):
                        loss = model["net"](x).square().mean() / n_accumulated
                    loss.backward()
                if clip is not None:
                    nn.utils.clip_grad_norm_(model.parameters(), clip)
                optimizer.step()
                optimizer.zero_grad()
    return recorder


def same(one, other, n_steps):
    assert one.steps == other.steps == list(range(n_steps))
    for k in one.steps:
        assert set(one.at(k)) == set(other.at(k))
        for stream, summary in one.at(k).items():
            assert summary.size == other.at(k)[stream].size
            assert summary.norm == pytest.approx(other.at(k)[stream].norm, rel=1e-5), (k, stream)


@pytest.mark.parametrize(
    ("options", "hand", "n_steps"),
    [
        ({}, {}, 12),
        ({"accumulate_grad_batches": 3}, {"n_accumulated": 3}, 4),
        ({"gradient_clip_val": 0.1}, {"clip": 0.1}, 12),
        ({"precision": "bf16-mixed"}, {"dtype": torch.bfloat16}, 12),
    ],
    ids=["plain", "accumulated", "clipped", "bf16"],
)
def test_lightning_records_what_a_loop_of_ones_own_does(options, hand, n_steps):
    recorder = Recorder(exact=True)
    callback = LightningCallback(recorder=recorder)
    trainer(callback, **options).fit(Automatic(), loader(), [loader(), loader()])
    same(recorder, by_hand(**hand), n_steps)
    loss = recorder.numbers("loss")
    assert loss["step"].tolist() == recorder.steps
    for name in ("val0_loss", "val1_loss"):
        assert recorder.numbers(f"{name}*")["step"].tolist() == [n_steps - 1]


def test_lightning_trains_the_same_with_and_without(tmp_path):
    ends = []
    for callback in (None, LightningCallback(run=tmp_path / "a.run")):
        module = Automatic()
        trainer(callback, max_epochs=3).fit(module, loader(), loader())
        ends.append(torch.cat([p.detach().ravel() for p in module.parameters()]))
    assert torch.equal(*ends)
    with nnviz.open_run(tmp_path / "a.run") as run:
        assert run.meta["state"] == "finished"
        assert run.meta["settings"] == {"rate": 0.1}
        assert run.steps == list(range(36))
        assert run.layers == ["net.0", "net.1", "net.2"]
        assert len(run.numbers("val0_loss")["step"]) == 3
        verdicts = diagnose(run).set_index("rule")["verdict"]
    assert verdicts["not finite"] == "not found"


def test_a_lightning_callback_that_is_used_twice_continues_its_run(tmp_path):
    callback = LightningCallback(run=tmp_path / "a.run")
    for _ in range(2):
        trainer(callback).fit(Automatic(), loader())
    with nnviz.open_run(tmp_path / "a.run") as run:
        assert run.meta["state"] == "finished"
        assert run.steps == list(range(24))


def test_lightning_steps_of_several_optimizers_in_manual_optimization():
    recorder = Recorder(exact=True)
    trainer(LightningCallback(recorder=recorder)).fit(Manual(), loader())
    assert recorder.steps == list(range(12))
    assert {"net.0/weight_update", "net.2/weight_update"} <= set(recorder.at(11))


def test_lightning_leaves_a_crashed_run_of_whole_steps(tmp_path):
    class Failing(Automatic):
        def training_step(self, batch, number):
            if number == 5:
                raise RuntimeError("out of memory")
            return super().training_step(batch, number)

    with pytest.raises(RuntimeError, match="out of memory"):
        trainer(LightningCallback(run=tmp_path / "a.run")).fit(Failing(), loader())
    with nnviz.open_run(tmp_path / "a.run") as run:
        assert run.meta["state"] == "crashed"
        assert run.steps == list(range(5))


def _lightning_process(folder):
    trainer(
        LightningCallback(run=f"{folder}/a.run"), devices=2, strategy="ddp_spawn", num_nodes=1
    ).fit(Automatic(), loader())


def test_lightning_of_two_processes_is_one_run(tmp_path):
    _lightning_process(tmp_path)
    with nnviz.open_run(tmp_path / "a.run") as run:
        assert run.steps == list(range(6))
        assert "all 2 processes" in run.meta["notices"][0]
        assert run.at(0)["net.0/activation"].size == 2 * BATCH * 8
        assert run.at(0)["net.0/weight"].size == 4 * 8


def _process(rank, folder, watching):
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{folder}/meet", rank=rank, world_size=2
    )
    model = nn.parallel.DistributedDataParallel(mlp())
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with ExitStack() as stack:
        if rank < watching:
            stack.enter_context(nnviz.watch(model, optimizer, run=f"{folder}/a.run"))
        for x in X.split(2 * BATCH) * 5:
            optimizer.zero_grad()
            model(x[rank::2]).square().mean().backward()
            optimizer.step()
    torch.distributed.destroy_process_group()


@pytest.mark.parametrize("watching", [1, 2])
def test_what_two_processes_see_is_one_run(tmp_path, watching):
    torch.multiprocessing.spawn(_process, (str(tmp_path), watching), nprocs=2)
    alone, model = Recorder(), mlp()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with nnviz.watch(model, optimizer, recorder=alone):
        for x in X.split(2 * BATCH) * 5:
            optimizer.zero_grad()
            model(x).square().mean().backward()
            optimizer.step()
    with nnviz.open_run(tmp_path / "a.run") as run:
        assert run.meta["state"] == "finished"
        assert run.layers == ["0", "1", "2"]
        assert run.steps == alone.steps
        assert run.exact_steps == alone.exact_steps
        for k in run.steps:
            for stream, whole in alone.at(k).items():
                shared = "weight" not in stream
                part = 2 if shared and watching == 1 else 1
                assert run.at(k)[stream].size == whole.size / part, (k, stream)
                if watching == 2 and whole.exact and not stream.endswith("/gradient"):
                    assert run.at(k)[stream].norm == pytest.approx(whole.norm, rel=1e-4)
        said = "all 2 processes" if watching == 2 else "the first of 2 processes"
        assert said in run.meta["notices"][0]


class Told(nn.Module):
    """A model as a Trainer of transformers takes it."""

    def __init__(self):
        super().__init__()
        self.net = mlp()

    def forward(self, x, labels=None):
        y = self.net(x)
        return {"loss": (y - labels).square().mean(), "logits": y}


def trained_by_transformers(folder, callback=None, **options):
    rows = [{"x": x, "labels": x[:1]} for x in X]
    arguments = transformers.TrainingArguments(
        output_dir=str(folder),
        max_steps=options.pop("max_steps", 6),
        per_device_train_batch_size=BATCH,
        learning_rate=0.1,
        optim="sgd" if "optim" not in options else options.pop("optim"),
        logging_steps=1,
        eval_strategy="steps",
        eval_steps=3,
        save_strategy="no",
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
        seed=0,
        **options,
    )
    model = Told()
    transformers.Trainer(
        model,
        arguments,
        train_dataset=rows,
        eval_dataset=rows,
        callbacks=[callback] if callback else [],
    ).train()
    return torch.cat([p.detach().ravel() for p in model.parameters()])


@pytest.mark.parametrize("n_accumulated", [1, 2])
def test_a_trainer_of_transformers_records_each_step_and_trains_the_same(tmp_path, n_accumulated):
    callback = TransformersCallback(run=tmp_path / "a.run")
    options = {"gradient_accumulation_steps": n_accumulated, "optim": "adamw_torch"}
    ends = [trained_by_transformers(tmp_path, each, **options) for each in (None, callback)]
    assert torch.equal(*ends)
    with nnviz.open_run(tmp_path / "a.run") as run:
        assert run.meta["state"] == "finished"
        assert run.meta["settings"]["learning_rate"] == 0.1
        assert run.steps == list(range(6))
        assert run.layers == ["net.0", "net.1", "net.2"]
        assert run.at(0)["net.1/activation"].size == BATCH * n_accumulated * 8
        assert run.numbers("loss")["step"].tolist() == run.steps
        assert run.numbers("eval_loss")["step"].tolist() == [2, 5]
        assert run.numbers("*update_to_weight")["value"].min() > 0


def test_a_trainer_that_trains_twice_continues_its_run(tmp_path):
    callback = TransformersCallback(run=tmp_path / "a.run")
    for _ in range(2):
        trained_by_transformers(tmp_path, callback)
    with nnviz.open_run(tmp_path / "a.run") as run:
        assert run.meta["state"] == "finished"
        assert run.steps == list(range(12))


def test_a_pretrained_architecture_in_a_trainer(tmp_path):
    config = transformers.GPT2Config(
        n_layer=2,
        n_head=2,
        n_embd=16,
        vocab_size=50,
        n_positions=16,
        bos_token_id=0,
        eos_token_id=0,
    )
    model = transformers.GPT2LMHeadModel(config)
    tokens = torch.randint(0, 50, (24, 8))
    recorder = Recorder(exact=True)
    callback = TransformersCallback(recorder=recorder)
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path),
        max_steps=3,
        per_device_train_batch_size=4,
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
        save_strategy="no",
        logging_steps=1,
        gradient_checkpointing=True,
        gradient_checkpointing_kwargs={"use_reentrant": False},
    )
    rows = [{"input_ids": row, "labels": row} for row in tokens]
    transformers.Trainer(model, arguments, train_dataset=rows, callbacks=[callback]).train()
    assert recorder.steps == [0, 1, 2]
    assert {f"transformer.h.{k}.mlp.c_fc" for k in range(2)} <= set(recorder.layers)
    assert recorder.at(0)["transformer.h.1.mlp.c_fc/activation"].size == 4 * 8 * 64
    assert recorder.at(2)["transformer.h.0.attn.c_attn/weight_update"].norm > 0


@pytest.mark.parametrize("place", range(3), ids=["lightning", "transformers", "keras"])
def test_what_the_docs_say_runs(place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(blocks("docs/callbacks.md")[place][1], "docs", "exec"), {"__name__": "docs"})
    (path,) = tmp_path.glob("*.run")
    with nnviz.open_run(path) as run:
        assert run.meta["state"] == "finished"
        assert {"activation", "gradient", "weight", "weight_update"} <= set(run.kinds)
        verdicts = diagnose(run).set_index("rule")["verdict"]
    assert "found" not in set(verdicts[["not finite", "dead units", "symmetric units"]])


def test_sharded_parameters_are_refused_in_every_form(tmp_path):
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import FullyShardedDataParallel, fully_shard
    from torch.distributed.tensor.parallel import ColwiseParallel, parallelize_module

    meet = f"file://{tmp_path}/meet"
    torch.distributed.init_process_group("gloo", init_method=meet, rank=0, world_size=1)
    try:
        mesh = init_device_mesh("cpu", (1,))
        for sharded in (
            fully_shard(mlp(), mesh=mesh),
            parallelize_module(mlp(), mesh, {"0": ColwiseParallel()}),
            FullyShardedDataParallel(mlp(), device_id=torch.device("cpu")),
        ):
            optimizer = torch.optim.SGD(sharded.parameters(), 0.1)
            with pytest.raises(TypeError, match=r"must have its parameters whole; got .* sharded"):
                nnviz.watch(sharded, optimizer)
    finally:
        torch.distributed.destroy_process_group()
