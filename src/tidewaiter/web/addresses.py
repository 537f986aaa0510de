"""Addresses of the pages."""

from django.urls import path

from tidewaiter.web import assets, case_page, door, issuer_page, passkeys_page, queue_page

pages = [
    path("", door.beginning),
    path("static/<str:digest>/<str:name>", assets.send),
    path("sign-in", door.sign_in),
    path("sign-in/issuer", issuer_page.enter),
    path("sign-in/issuer/back", issuer_page.back),
    path("sign-out", door.sign_out),
    path("account", door.account),
    path("account/password", door.password),
    path("account/codes", door.one_time_codes),
    path("account/tie", issuer_page.tie),
    path("account/untie", issuer_page.untie),
    path("account/passkeys", passkeys_page.page),
    path("queue", queue_page.queue_of),
    path("queue.csv", queue_page.queue_file, {"form": "csv"}),
    path("queue.ndjson", queue_page.queue_file, {"form": "ndjson"}),
    path("cases/<uuid:case_id>", case_page.case),
    path("cases/<uuid:case_id>/<slug:act>", case_page.act),
]
