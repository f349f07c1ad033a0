"""The product's settings with the trial room: what the page tests need and no room of the product brings yet."""

from phithak.web import settings as _product
from phithak.web.settings import *  # noqa: F403 - Django reads settings from this module

INSTALLED_APPS = [*_product.INSTALLED_APPS, "tests.e2e.trial"]
