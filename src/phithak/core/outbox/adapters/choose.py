"""Which adapter a channel has, by the settings. In exercise mode every channel is the Null adapter."""

from __future__ import annotations

from phithak.base.config import Config
from phithak.base.text import Text
from phithak.core.outbox.adapters.base import Adapter
from phithak.core.outbox.adapters.http import endpoint
from phithak.core.outbox.adapters.null import FOLDER, NullAdapter
from phithak.core.outbox.adapters.smtp import smtp
from phithak.core.outbox.adapters.web import ChatAdapter, SmsAdapter, WebhookAdapter
from phithak.core.outbox.states import Channel

NULL = "null:"


def adapter_for(channel: Channel, config: Config) -> Adapter:
    """Return the adapter of a channel.

    Raises:
        AdapterSettingError: its setting cannot be used.
    """
    url = url_of(channel, config)
    if config.exercise_mode or url == NULL:
        return NullAdapter(channel, config.data_dir / FOLDER)
    if channel is Channel.MAIL:
        return smtp(url, config.mail_from)
    to = endpoint(f"{channel}_url", url)
    if channel is Channel.SMS:
        return SmsAdapter(to, config.sms_sender)
    if channel is Channel.CHAT:
        return ChatAdapter(to, Text(config.name_th, config.name_en), config.hotline)
    return WebhookAdapter(to, config.webhook_secret)


def url_of(channel: Channel, config: Config) -> str:
    """Return the setting of a channel."""
    return {
        Channel.MAIL: config.mail_url,
        Channel.SMS: config.sms_url,
        Channel.CHAT: config.chat_url,
        Channel.WEBHOOK: config.webhook_url,
    }[channel].strip()


def per_minute(channel: Channel, config: Config) -> int:
    """Return how many messages of a channel may leave in a minute."""
    return {
        Channel.MAIL: config.mail_per_minute,
        Channel.SMS: config.sms_per_minute,
        Channel.CHAT: config.chat_per_minute,
        Channel.WEBHOOK: config.webhook_per_minute,
    }[channel]
