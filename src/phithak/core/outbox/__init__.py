"""Everything that is told to people outside: queued, sent once, stopped with one button.

Owns ``Message`` (one message to one recipient), ``Note`` (what happened to it that its columns do not tell),
``Campaign`` (a batch that was held or cancelled) and ``Gate`` (the stop button and the rate of each channel).

How a message lives: ``services.queue`` inserts a row in the caller's transaction, with an opaque recipient, the
name of a renderer and its parameters; no text and no address. The pump claims rows with one conditional UPDATE
that writes a fresh holder, renders outside of any transaction, and commits **sending** before the provider is
called. What the provider answered is settled on the condition that the holder is still the same. The adapter
says what a crash in *sending* means: ``client_ref`` (sent again under the same reference, which the provider
honours), ``lookup`` (the provider is asked first) or ``none`` (*unknown*: shown, and never sent again without a
person). Receipts only move a message forward.

With ``none`` at most once is all that can be had. With ``lookup`` the provider is asked only after the process
that was sending has ended (``senders``): a frozen one could otherwise wake up and send after the answer.

Pages and API live in ``core.ui.pages.outbox``. SMPP is a later adapter; SMS goes over HTTP.
"""

from phithak.core.outbox.rendering import Context, Rendered, renderer
from phithak.core.outbox.states import Channel, Mode, Recipient, State

__all__ = ["Channel", "Context", "Mode", "Recipient", "Rendered", "State", "renderer"]
