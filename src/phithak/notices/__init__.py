"""Templates of every text that leaves the house, the hotline directory, and campaigns: one notice to many people.

**Texts.** A template has versions: draft → submitted → approved → retired. Approval is bound to the hash of the text;
a promise ("closed", "free") is a slot that only a passed check or the directory fills; a telephone number stands in
the directory alone, so that one change there is seen in every text. The worked example of a room:
``docs/tour-of-a-room.md``. Owns ``Template``, ``TemplateVersion``, ``Hotline``, ``RegisteredUrl``.

**Campaigns.** Life: draft → gathering → listed → submitted → approved → running ⇄ stopped → closed; cancelled from
anywhere before the end; submitted and approved can be returned to listed. Owns ``Campaign`` (what, by what, how it is
chased, in which state), ``Recipient`` (one place in the list: handles and opaque keys, never a name or an address),
``Dispatch`` (each message to a recipient), ``AddressList`` with its entries, and ``DoNotSend``.

- *Recipients* come from a ``sources.Source`` that any room registers. A job asks it, compares addresses by their keyed
  tags, gives everybody a place, a channel and a wave, and whoever cannot be told the reason. The list gets a Merkle
  root. An address on the do-not-send list switches the channel, or makes a task for a person.
- *Two persons.* ``services.campaigns.sealing`` hashes words, values, hotlines, plan and list into one seal. The
  approver looked at that seal and never wrote, submitted or changed the campaign. The job checks list and seal before
  the first message of each run, the renderer checks the seal before each message: what was changed behind the
  approval stops the campaign and does not leave.
- *Sending* is the outbox's (``core.outbox``): the job issues the one-time links, queues each message under the
  recipient's own key, then says of each recipient what was queued, in this order; a killed job takes the same steps
  again and queues nothing twice. What became of a message is read from the outbox (``Recipient.message``), never
  copied: an unknown outcome is unknown on every page. ``points`` names the moments at which a kill is tested.
- *Waves* tell as many in an hour as the hotline can take. Stopping holds the outbox's batch in the same transaction,
  so that from its commit on nothing is handed to a provider; resuming releases it.
- *Answers* come by the link of an e-mail, by the code of an SMS on ``/notices/answer/``, or are told on the telephone;
  a room that asked hears ``Signal.NOTICE_ANSWERED``. The silent are reminded, told by the other way or called, as
  the approved plan says; nobody whose message is unknown gets another one without a person.
- *A rehearsal* (``exercise``) does every step, but makes no message; an instance in exercise mode reaches nobody.
"""
