"""The batch of events as it travels from a sender to the centre, and the answers to it.

Standard library only and Python 3.9, because the sensor carries this package in a zipapp. What lies here is a
promise between machines of different ages: a frame tells its version, and the centre reads the present version
and the two before it.
"""

from phithak.base.batch.codec import CODECS, Codec, Expand, compress_gzip, expand, expand_gzip
from phithak.base.batch.errors import BatchError
from phithak.base.batch.frame import (
    CONTENT_TYPE,
    MAX_BODY,
    MAX_COUNT,
    MAX_EVENT,
    MAX_PLAIN,
    PREAMBLE,
    SUPPORTED,
    VERSION,
    Batch,
    Header,
    frame_length,
    parse,
    seal,
)
from phithak.base.batch.heartbeat import Heartbeat, HeartbeatReply, SourceState, Spool
from phithak.base.batch.lines import Framing, framing_for, join, split
from phithak.base.batch.replies import REFUSALS, Ack, Action, Refusal, action_for, read_reply

__all__ = [
    "CODECS",
    "CONTENT_TYPE",
    "MAX_BODY",
    "MAX_COUNT",
    "MAX_EVENT",
    "MAX_PLAIN",
    "PREAMBLE",
    "REFUSALS",
    "SUPPORTED",
    "VERSION",
    "Ack",
    "Action",
    "Batch",
    "BatchError",
    "Codec",
    "Expand",
    "Framing",
    "Header",
    "Heartbeat",
    "HeartbeatReply",
    "Refusal",
    "SourceState",
    "Spool",
    "action_for",
    "compress_gzip",
    "expand",
    "expand_gzip",
    "frame_length",
    "framing_for",
    "join",
    "parse",
    "read_reply",
    "seal",
    "split",
]
