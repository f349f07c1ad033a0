"""Addresses of the privacy pages (namespace ``privacy``)."""

from __future__ import annotations

from django.urls import path

from phithak.core.ui.pages.privacy import key_views, views

urlpatterns = [
    path("", views.items, name="items"),
    path("add/", views.add, name="add"),
    path("find/", views.find, name="find"),
    path("<uuid:item_id>/", views.item, name="item"),
    path("<uuid:item_id>/unmask/", views.unmask, name="unmask"),
    path("keys/", key_views.keys, name="keys"),
    path("keys/rotate/", key_views.rotate, name="rotate"),
    path("keys/<uuid:key_id>/", key_views.key, name="key"),
    path("keys/destructions/<uuid:proposal_id>/confirm/", key_views.confirm, name="confirm"),
    path("keys/destructions/<uuid:proposal_id>/withdraw/", key_views.withdraw, name="withdraw"),
]
