"""A loop that stays as it is, recorded in two lines."""

import pytest

import nnviz
from nnviz import runs
from nnviz.errors import RecordingWarning
from nnviz.record import Recorder

torch = pytest.importorskip("torch", reason="watch records modules of torch")
from torch import nn  # noqa: E402

X = torch.randn(12, 32, 4, generator=torch.Generator().manual_seed(0))


def mlp():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))


def exact():
    return Recorder(exact=True, strict=True)


def plain_loop(model, optimizer, tell=lambda loss: None):
    for x in X:
        optimizer.zero_grad()
        loss = model(x).square().mean()
        loss.backward()
        optimizer.step()
        tell(loss)
        model.eval()
        with torch.no_grad():
            model(x)
        model.train()


def test_steps_are_those_of_the_optimizer_and_training_is_the_same(tmp_path):
    ends, losses = [], []
    for watched in (False, True):
        model = mlp()
        optimizer = torch.optim.Adam(model.parameters(), 0.01)
        if watched:
            path = tmp_path / "a.run"
            with nnviz.watch(model, optimizer, run=path, settings={"seed": 0}) as recorder:
                plain_loop(model, optimizer, lambda loss: recorder.scalar("loss", loss))
        else:
            plain_loop(model, optimizer, lambda loss: losses.append(loss.item()))
        ends.append(torch.cat([p.detach().ravel() for p in model.parameters()]))
        assert not any(part._forward_hooks for part in model.modules())
    assert torch.equal(*ends)
    with nnviz.open_run(path) as run:
        assert (run.meta["state"], run.meta["settings"]) == ("finished", {"seed": 0})
        assert run.steps == list(range(12))
        assert run.layers == ["0", "1", "2"]
        loss = run.numbers("loss")
        assert loss["step"].tolist() == run.steps
        assert loss["value"].tolist() == losses
        assert run.at(0)["0/activation"].size == 32 * 8


def test_what_is_recorded_is_what_steps_opened_by_hand_record():
    seen = []
    for watched in (False, True):
        model, recorder = mlp(), exact()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        if watched:
            with nnviz.watch(model, optimizer, recorder=recorder) as given:
                assert given is recorder
                plain_loop(model, optimizer)
        else:
            with nnviz.record.torch.attach(model, recorder, optimizer):
                for k, x in enumerate(X):
                    with recorder.step(k):
                        optimizer.zero_grad()
                        model(x).square().mean().backward()
                        optimizer.step()
        seen.append({k: dict(recorder.at(k)) for k in recorder.steps})
    assert seen[0] == seen[1]


def test_passes_that_are_accumulated_belong_to_one_step():
    model, recorder = mlp(), exact()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with nnviz.watch(model, optimizer, recorder=recorder):
        for k, x in enumerate(X):
            model(x).square().mean().backward()
            if k % 4 == 3:
                optimizer.step()
                optimizer.zero_grad()
    assert recorder.steps == [0, 1, 2]
    assert recorder.at(1)["0/activation"].size == 4 * 32 * 8


def test_a_closure_runs_within_its_step():
    model, recorder = mlp(), exact()
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=3)
    with nnviz.watch(model, optimizer, recorder=recorder):
        for x in X[:3]:

            def closure(x=x):
                optimizer.zero_grad()
                loss = model(x).square().mean()
                loss.backward()
                return loss

            optimizer.step(closure)
    assert recorder.steps == [0, 1, 2]
    assert recorder.at(2)["0/weight_update"].norm > 0


@pytest.mark.parametrize("reverse", [False, True])
def test_several_optimizers_share_a_step_in_whatever_order(reverse):
    model, recorder = mlp(), exact()
    optimizers = [torch.optim.SGD(model[k].parameters(), 0.1) for k in (0, 2)]
    with nnviz.watch(model, optimizers, recorder=recorder):
        for x in X:
            model(x).square().mean().backward()
            for optimizer in optimizers[:: -1 if reverse else 1]:
                optimizer.step()
                optimizer.zero_grad()
    assert recorder.steps == list(range(12))
    for k in (0, 11):
        assert {"0/weight_update", "2/weight_update"} <= set(recorder.at(k))
        assert recorder.at(k)["0/weight"].size == 32


def test_modules_that_train_each_other_are_recorded_under_their_names():
    generator, critic = nn.Linear(2, 4), mlp()
    optimizers = [torch.optim.SGD(m.parameters(), 0.1) for m in (critic, generator)]
    recorder = exact()
    modules = {"generator": generator, "critic": critic}
    with nnviz.watch(modules, optimizers, recorder=recorder):
        for x in X:
            with torch.no_grad():
                fake = generator(x[:, :2])
            (critic(fake) - critic(x)).mean().backward()
            optimizers[0].step()
            critic(generator(x[:, :2])).mean().backward()
            optimizers[1].step()
            for optimizer in optimizers:
                optimizer.zero_grad()
    assert recorder.steps == list(range(12))
    assert recorder.at(0)["critic.0/activation"].size == 3 * 32 * 8
    assert recorder.at(0)["generator.linear/weight_update"].norm > 0


@pytest.mark.parametrize("fused", [False, True])
def test_steps_that_a_scaler_skips_are_counted_and_not_recorded(fused):
    model, recorder = mlp(), exact()
    optimizer = torch.optim.Adam(model.parameters(), fused=fused)
    scaler = torch.amp.GradScaler("cpu")
    with nnviz.watch(model, optimizer, recorder=recorder):
        for k, x in enumerate(X):
            optimizer.zero_grad()
            factor = float("inf") if k in (0, 5) else 1.0
            scaler.scale(model(x).square().mean() * factor).backward()
            scaler.step(optimizer)
            scaler.update()
    assert recorder.steps == list(range(10))
    assert not recorder.statistics()["positive_inf"].any()
    skipped = recorder.numbers("skipped_steps")
    assert (skipped["step"].tolist(), skipped["value"].tolist()) == ([0, 4], [1, 2])
    assert recorder.numbers("loss_scale")["value"].tolist()[-1] == 65536 / 4


def test_recording_can_be_begun_and_ended_by_hand_and_taken_up_again(tmp_path):
    model = mlp()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    watched = nnviz.watch(model, optimizer, run=tmp_path / "a.run")
    recorder = watched.start()
    assert watched.start() is recorder
    plain_loop(model, optimizer)
    model(X[0])  # a pass that leads to no step
    watched.stop()
    plain_loop(model, optimizer)
    sink = runs.resume_run(tmp_path / "a.run")
    with sink, nnviz.watch(model, optimizer, recorder=Recorder(sink=sink)):
        plain_loop(model, optimizer)
    with nnviz.open_run(tmp_path / "a.run") as run:
        assert run.steps == list(range(24))


def test_a_loop_that_fails_leaves_a_crashed_run_of_whole_steps(tmp_path):
    model = mlp()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)

    def fails():
        with nnviz.watch(model, optimizer, run=tmp_path / "a.run"):
            plain_loop(model, optimizer)
            model(X[0])
            raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        fails()
    with nnviz.open_run(tmp_path / "a.run") as run:
        assert run.meta["state"] == "crashed"
        assert run.steps == list(range(12))


def test_a_loop_that_begins_steps_itself_goes_on():
    model, recorder = mlp(), exact()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with nnviz.watch(model, optimizer, recorder=recorder):
        for k, x in enumerate(X):
            with recorder.step(2 * k):
                model(x).square().mean().backward()
                optimizer.step()
    assert recorder.steps == list(range(0, 24, 2))


def test_a_loop_that_begins_steps_itself_goes_on_between_those_that_are_recorded():
    model, recorder = mlp(), Recorder(every=5)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with nnviz.watch(model, optimizer, recorder=recorder):
        for k, x in enumerate(X):
            with recorder.step(k):
                model(x).square().mean().backward()
                optimizer.step()
    assert recorder.steps == list(range(0, len(X), 5))


def test_tied_weights_are_named_where_they_are_recorded(tmp_path):
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))
    model[2].weight = model[0].weight
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with nnviz.watch(model, optimizer, run=tmp_path / "a.run"):
        plain_loop(model, optimizer)
    with nnviz.open_run(tmp_path / "a.run") as run:
        assert run.meta["notices"] == ["2/weight is 0/weight, and recorded there alone"]


@pytest.mark.parametrize(
    ("model", "optimizer", "options", "error", "message"),
    [
        (3, None, {}, TypeError, "module must be a torch.nn.Module; got 3"),
        ({}, None, {}, ValueError, "model must be a module or several by name"),
        (mlp(), [], {}, ValueError, "optimizer must be a torch.optim.Optimizer or several"),
        (mlp(), [3], {}, TypeError, "optimizer must be a torch.optim.Optimizer; got 3"),
        (mlp(), 0, {"recorder": 3}, TypeError, "recorder must be a Recorder; got 3"),
        (mlp(), 0, {"recorder": exact(), "run": "a"}, ValueError, "run must be left out"),
    ],
    ids=["module", "modules", "optimizers", "optimizer", "recorder", "both"],
)
def test_what_cannot_be_watched_leaves_nothing_behind(
    model, optimizer, options, error, message, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    if optimizer == 0:
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with pytest.raises(error, match=message):
        nnviz.watch(model, optimizer, **options)
    assert not list(tmp_path.iterdir())


def test_what_happens_where_no_layer_runs_as_a_module_is_told():
    model, recorder = mlp(), exact()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with nnviz.watch(model, optimizer, recorder=recorder):
        torch.func.functional_call(nn.Identity(), {}, X[0])
        sum(p.square().sum() for p in model.parameters()).backward()
        with pytest.warns(RecordingWarning, match="no layer ran as a module"):
            optimizer.step()
    assert recorder.steps == [0]


@pytest.mark.parametrize("before", [0, 3])
def test_the_last_step_is_whole_if_it_is_known_how_many_there_are(before):
    model, recorder = mlp(), Recorder(exact_every=100)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for k in range(before):
        with recorder.step(k):
            pass
    with nnviz.watch(model, optimizer, recorder=recorder, steps=12):
        for _ in range(12):
            optimizer.zero_grad()
            model(torch.randn(64, 4)).square().mean().backward()
            optimizer.step()
    assert recorder.steps[-1] == recorder.exact_steps[-1] == before + 11
    assert len(recorder.exact_steps) == (2 if before == 0 else 1)
