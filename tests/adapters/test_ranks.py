"""What several processes hand over, without processes: their store is one in memory."""

from itertools import repeat
from types import SimpleNamespace

import numpy as np
import pytest

from nnviz.errors import RecordingWarning
from nnviz.record import Memory, Recorder
from nnviz.runs import create_run, open_run

torch = pytest.importorskip("torch", reason="hooks for torch need torch")

from nnviz.adapters import mail, ranks  # noqa: E402
from nnviz.adapters.watching import Watch  # noqa: E402

RNG = np.random.default_rng(0)


class Together:
    """Three processes that are one."""

    n = 3

    def __init__(self, store, rank=0):
        self._store, self.rank = store, rank

    def mail(self):
        return mail.Mail(self._store)


class Process:
    """A process that records, and what it saw."""

    def __init__(self, store, rank, sink=None):
        together = Together(store, rank)
        self.sink = ranks.Handed(together) if rank else ranks.Collected(sink or Memory(), together)
        self.recorder = Recorder(exact=True, sink=self.sink)
        self.sink.begin()
        self.seen = {}

    def step(self, k, stream="relu/activation"):
        self.seen[k] = RNG.normal(size=(4, 3)) * 10.0 ** RNG.integers(-3, 4)
        with self.recorder.step(k):
            self.recorder.observe(stream, self.seen[k])

    def hand_over(self, k):
        self.step(k)
        self.recorder.flush()

    def end(self):
        self.recorder.flush()
        self.sink.end()


@pytest.fixture
def store(monkeypatch):
    monkeypatch.setattr(ranks, "_PATIENCE", 0.05)
    return torch.distributed.HashStore()


def test_what_all_saw_is_merged_step_by_step_whoever_is_faster(store):
    first, second, third = processes = [Process(store, rank) for rank in range(3)]
    for k in range(20):
        first.step(k)
    first.recorder.flush()
    assert first.recorder.steps == []  # the others are slower
    for k in range(20):
        third.step(k)
        second.step(k)
    for process in (third, second, first):
        process.end()
    assert first.recorder.steps == list(range(20))
    for k in range(20):
        (summary,) = first.recorder.at(k).values()
        values = np.concatenate([process.seen[k] for process in processes])
        assert summary.size == values.size
        assert summary.moments.mean == pytest.approx(values.mean())
        assert summary.moments.min == values.min()
        assert summary.histogram.counts.sum() == values.size
    assert first.recorder.dropped == {}
    assert "all 3 processes" in first.sink.notices[0]


def test_streams_have_their_own_numbers_in_each_process(store):
    first, second = Process(store, 0), Process(store, 1)
    first.step(0, "a/activation")
    second.step(0, "b/activation")
    second.end()
    first.end()
    assert set(first.recorder.at(0)) == {"a/activation", "b/activation"}
    assert first.recorder.at(0)["b/activation"].moments.max == second.seen[0].max()


def test_a_run_says_whose_tensors_it_has_once_and_as_it_ended(store, tmp_path):
    path = tmp_path / "a.run"
    with create_run(path) as writer:
        writer.notices.append("something else")
        first = Process(store, 0, writer)
        first.hand_over(0)
        writer.commit()
        assert "the first of 3 processes" in first.sink.notices[1]
        for rank in (1, 2):
            Process(store, rank).hand_over(0)
            first.hand_over(rank)
            writer.commit()
    with open_run(path) as run:
        other, told = run.meta["notices"]
    assert other == "something else"
    assert "all 3 processes" in told


def test_nobody_is_waited_for_who_does_not_record(store):
    first = Process(store, 0)
    first.step(0)
    first.recorder.flush()
    assert first.recorder.steps == [0]
    assert "the first of 3 processes" in first.sink.notices[0]


def test_who_falls_far_behind_is_left_behind_and_that_is_counted(store):
    first, second = Process(store, 0), Process(store, 1)
    for k in range(100):
        first.step(k)
    first.recorder.flush()
    assert max(first.recorder.steps) == 99 - ranks._MOST - 1
    for k in range(100):
        second.step(k)
    second.end()
    first.end()
    assert first.recorder.steps == list(range(100))
    sizes = [sum(s.size for s in first.recorder.at(k).values()) for k in range(100)]
    n_late = sizes.count(12)
    assert 0 < n_late < 100
    assert set(sizes) == {12, 24}
    assert first.recorder.dropped == {"steps of other processes": n_late}


def test_a_process_that_is_gone_does_not_keep_the_first_from_ending(store):
    first, second = Process(store, 0), Process(store, 1)
    first.step(0)
    second.step(0)
    second.recorder.flush()  # and then it dies
    first.end()
    assert first.recorder.at(0)["relu/activation"].size == 24


def test_a_store_that_is_gone_leaves_no_hooks(store):
    def gone():
        raise RuntimeError("Connection reset by peer")

    module = torch.nn.Linear(3, 2)
    optimizer = torch.optim.SGD(module.parameters())
    together = SimpleNamespace(begin=gone)
    watch = Watch({"": module}, [optimizer], Recorder(), together=together)
    with pytest.raises(RuntimeError, match="Connection reset"):
        watch.start()
    hooks = module._forward_hooks, module._forward_pre_hooks, optimizer._optimizer_step_pre_hooks
    assert not any(hooks)
    assert not optimizer._optimizer_step_post_hooks


class Counting:
    """A store that counts what is left in it."""

    def __init__(self, store):
        self._store, self.keys = store, set()

    def set(self, key, value):
        self.keys.add(key)
        self._store.set(key, value)

    def delete_key(self, key):
        self.keys.discard(key)
        return self._store.delete_key(key)

    def __getattr__(self, name):
        return getattr(self._store, name)


@pytest.mark.parametrize("has_begun", [False, True])
def test_nothing_piles_up_where_nobody_collects_and_that_is_said_once(has_begun, store):
    store = Counting(store)
    if has_begun:
        Process(store, 0).end()
    second = Process(store, 1)
    said = r"first of 3 processes does not record .* rank 1, .* a run= given here is not written"
    with pytest.warns(RecordingWarning, match=said):
        second.hand_over(0)
    for k in range(1, 20):  # a second warning would be an error
        second.hand_over(k)
    second.end()
    assert store.keys == {"1/here", "1/done"}


def test_long_messages_go_in_pieces(store, monkeypatch):
    monkeypatch.setattr(mail, "_PIECE", 100)
    sender = mail.Mail(store)
    messages = [RNG.bytes(n) for n in (1, 99, 100, 1234)]
    for message in messages:
        sender.send(1, message)
    assert list(mail.Mail(store).received(1)) == messages
    assert list(mail.Mail(store).received(2)) == []
    assert not store.check(["1/0"])


def test_processes_that_train_other_modules_do_not_hear_of_each_other(store, monkeypatch):
    monkeypatch.setattr(mail, "_sessions", repeat(0))
    processes = SimpleNamespace(
        get_rank=lambda: 1,
        get_world_size=lambda: 2,
        PrefixStore=torch.distributed.PrefixStore,
        distributed_c10d=SimpleNamespace(_get_default_store=lambda: store),
    )

    def met(module):
        return mail.Group(processes, mail._signature({"": module})).mail()

    first = met(torch.nn.Linear(3, 2))
    met(torch.nn.Linear(2, 3)).mark(1, "here")
    assert not first.is_marked(1, "here")
    met(torch.nn.Linear(3, 2)).mark(1, "here")
    assert first.is_marked(1, "here")
    assert mail._signature({"": torch.nn.LazyLinear(2)})
