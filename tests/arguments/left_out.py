"""What the contract on arguments leaves out, and why."""

LEFT_OUT: dict[str, str] = {
    pattern: reason
    for reason, patterns in {
        "made by nnviz and read by its users": (
            "diagnosis.Findings diagnosis.Sign motion.Film publish.Exhibit publish.Report "
            "publish.Script record.Block record.Block.* record.Portion record.Portion.* "
            "runs.Run runs.RunWriter runs.LogRun adapters.Watch adapters.Watch.* "
            "stats.Histogram stats.Moments stats.Rows stats.Rows.block stats.Summary "
            "stats.Values studies.Claim train.Arrival train.Descent train.History"
        ),
        "called at every training step, where a check would be paid each time": (
            "nn.Activation.derivative nn.Dropout.mask nn.Sequential.flatten nn.Sequential.views "
            "nn.mean_squared_error nn.softmax_cross_entropy record.Recorder.wants "
            "record.Recorder.wants_whole "
            "record.Recorder.observe record.Recorder.observe_parameters "
            "record.Recorder.observe_sample record.Recorder.places record.Recorder.scalar "
            "record.Recorder.drop record.Recorder.announce record.Recorder.notice "
            "surfaces.Surface.check "
            "stats.*.of stats.*.thinned stats.*.from_bytes stats.flattened stats.kept_type"
        ),
        "called by the recorder, or by what reads a recording, with what they made": (
            "record.Memory.* runs.RunWriter.* record.Recording.corrected "
            "record.Recording.blocks record.Recorder.blocks runs.*.blocks "
            "record.Recording.blocks_holding runs.*.blocks_holding "
            "record.*.blocks_naming runs.*.blocks_naming "
            "runs.Run.blocks_up_to runs.*.corrected"
        ),
        "takes what only another library can tell apart": (
            "train.from_optax adapters.watch studies.initialization_of"
        ),
        "a protocol, or a tuple that checks nothing": (
            "nn.Layer record.Sink record.Sink.* optim.Optimizer"
        ),
    }.items()
    for pattern in patterns.split()
}
"""The reason by pattern of the dotted name."""
