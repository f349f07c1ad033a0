"""Forms of the notices pages."""

from phithak.notices.forms.wording import (
    FACT,
    PROMISE,
    HotlineForm,
    NewHotlineForm,
    PreviewForm,
    SendBackForm,
    TemplateForm,
    TenantForm,
    UrlForm,
    WordingForm,
    hotline_facts,
    wording_from,
)

__all__ = [
    "FACT",
    "PROMISE",
    "HotlineForm",
    "NewHotlineForm",
    "PreviewForm",
    "SendBackForm",
    "TemplateForm",
    "TenantForm",
    "UrlForm",
    "WordingForm",
    "hotline_facts",
    "wording_from",
]
