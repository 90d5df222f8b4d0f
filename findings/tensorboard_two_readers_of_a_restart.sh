#!/usr/bin/env bash
# TensorBoard's two readers of one log give different curves of a training that was restarted.
#
# tensorboard 2.21.0 with tensorboard-data-server 0.7.2, on Linux. A training reaches step 100, is
# taken up again from step 50, and both attempts write a file of their own into one folder, each
# beginning with the version event "brain.Event:2", as PyTorch's SummaryWriter does. The data server,
# which draws the page, drops what the first attempt wrote at step 50 and later. The Python reader,
# EventAccumulator, which scripts use, keeps it, though purge_orphaned_data is True by default: for
# files of version 2 it waits for an explicit SessionLog START, which this writer never writes. So
# the loss that a script reads goes back in its steps, and twelve points stand where the page has
# nine.
#
# Guess before running: both drop the abandoned points, as both belong to one package and the option
# that does so is on.
# What follows: a reader of logs that asks EventAccumulator for its curve has to drop them itself.
set -euo pipefail
if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "skipped: seen under Linux on x86-64, for which there is a server"
  exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check \
  tensorboard==2.21.0 tensorboard-data-server==0.7.2 'setuptools<81'
cat >"$folder/look.py" <<'PY'
import pathlib, subprocess, sys, time
import grpc, tensorboard_data_server
from tensorboard import context
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto import event_pb2
from tensorboard.data import grpc_provider
from tensorboard.data.proto import data_provider_pb2_grpc
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter

folder = pathlib.Path(sys.argv[1]) / "logs"
for number, steps in enumerate([range(0, 101, 25), range(50, 111, 10)]):
    writer = EventFileWriter(str(folder / "run"), filename_suffix=".new")
    for step in steps:
        event = event_pb2.Event(wall_time=1e9 + number, step=step, summary=scalar_pb("loss", step))
        writer.add_event(event)
    writer.close()
    (file,) = (folder / "run").glob("*.new")
    file.rename(file.with_name(f"events.out.tfevents.{1000000000 + number}"))

python = EventAccumulator(str(folder / "run"), size_guidance={"tensors": 0}).Reload()
print("Python reader:", [event.step for event in python.Tensors("loss")])

port = folder / "port"
command = [tensorboard_data_server.server_binary(), f"--logdir={folder}", "--reload=once",
           "--samples-per-plugin=scalars=all", f"--port-file={port}", "--die-after-stdin"]
with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
    for _ in range(200):
        time.sleep(0.1)
        if port.exists() and port.read_text().strip():
            break
    stub = data_provider_pb2_grpc.TensorBoardDataProviderStub(
        grpc.insecure_channel(f"localhost:{int(port.read_text())}"))
    provider = grpc_provider.GrpcDataProvider("", stub)
    for _ in range(200):
        read = provider.read_scalars(context.RequestContext(), experiment_id="",
                                     plugin_name="scalars", downsample=1000)
        if read:
            break
        time.sleep(0.1)
    print("data server:", [point.step for point in read["run"]["loss"]])
    server.stdin.close()
PY
seen=$("$folder/env/bin/python" -W ignore "$folder/look.py" "$folder" 2>/dev/null)
echo "$seen"
[ "$seen" = "Python reader: [0, 25, 50, 75, 100, 50, 60, 70, 80, 90, 100, 110]
data server: [0, 25, 50, 60, 70, 80, 90, 100, 110]" ]
