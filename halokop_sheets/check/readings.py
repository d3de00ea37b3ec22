"""``halokop check``, the part on readings that fill themselves: whose account, until when, which posts are found."""

import os
from collections.abc import Iterator
from datetime import datetime

from halokop_sheets.check.finding import Finding, mistakes
from halokop_sheets.core.planner import observe
from halokop_sheets.core.sheet.answers import Gap
from halokop_sheets.core.sheet.values import LedgerView
from halokop_sheets.core.terms import INSTAGRAM, link_column
from halokop_sheets.core.typed.posts import post_of
from halokop_sheets.errors import HalokopError, SettingsError
from halokop_sheets.settings import Settings
from halokop_sheets.sop import load_procedure
from halokop_sheets.sources.graph import GraphError
from halokop_sheets.sources.headers import load_headers
from halokop_sheets.sources.instagram import Instagram
from halokop_sheets.sources.tokens import Token, TokenError
from halokop_sheets.tick import read_workbook
from halokop_sheets.wiring import asks_instagram, make_instagram, make_workbook

_PROFESSIONAL = ("BUSINESS", "MEDIA_CREATOR", "CREATOR")
_MAKE_NEW = 'make a new one (README, "Readings that fill themselves")'
_REMEDIES = {
    Gap.SIGN_IN: _MAKE_NEW,
    Gap.PERMISSION: "the token needs instagram_business_basic and instagram_business_manage_insights; " + _MAKE_NEW,
    Gap.LIMIT: "wait an hour; the next morning asks again",
}


def readings_findings(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Nothing at all where no source is connected. ``now`` is aware; nothing is written, no token is renewed."""
    given = settings.readings
    if not (given.folder or asks_instagram(settings)):
        return
    try:
        headers = load_headers(settings.path(given.headers_file) if given.headers_file else None)
    except SettingsError as error:
        yield from mistakes("titles of exports", error)
        return
    if given.folder:
        yield _folder(settings)
    if asks_instagram(settings):
        yield from _account(settings, make_instagram(settings, headers.metrics), now)


def _folder(settings: Settings) -> Finding:
    folder = settings.path(settings.readings.folder)
    if not folder.is_dir():
        return Finding(f"folder of exports {folder}", "there is no such folder", "make it, or set readings.folder")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Finding(f"folder of exports {folder}", "may not be read and written", "give this user the right to it")
    return Finding(f"folder of exports: {folder}")


def _account(settings: Settings, client: Instagram, now: datetime) -> Iterator[Finding]:
    try:
        account, token = client.account(now)
        posts = _open_posts(settings, now)
        found = client.known(set(posts), token) if posts else set()
    except TokenError as error:
        yield Finding("instagram", str(error), _MAKE_NEW)
        return
    except GraphError as error:
        remedy = _REMEDIES.get(error.gap, "figures are typed until this works; it is asked again every morning")
        yield Finding("instagram", f"no answer that helps: {error.gap} ({error})", remedy)
        return
    yield Finding(f"instagram: account {account.name}, {_lasts(settings, token)}")
    if account.kind and account.kind not in _PROFESSIONAL:
        remedy = "make it a professional account in Instagram's own settings"
        yield Finding("instagram", f"account {account.name} is of kind {account.kind}", remedy)
    for post, label in posts.items():
        if post in found:
            yield Finding(f"instagram: found the post of {label}")
        else:
            remedy = f"look at its {link_column(INSTAGRAM)}; a post of a partner's account is typed by hand"
            yield Finding(f"instagram post {post} of {label}", "is none of this account", remedy)


def _lasts(settings: Settings, token: Token) -> str:
    if token.until is None:
        return "token not renewed yet, so nobody knows how long it lasts"
    return f"token until {token.until.astimezone(settings.zone):%Y-%m-%d}"


def _open_posts(settings: Settings, now: datetime) -> dict[str, str]:
    """Post and label of the episodes that are published and not closed; none where the workbook cannot be read."""
    try:
        workbook, procedure = make_workbook(settings), load_procedure(settings)
        seen = read_workbook(settings, procedure, workbook, LedgerView(), now)
        office = observe(seen.snapshot, seen.context)
    except HalokopError:
        return {}  # said already
    linked = [(post_of(INSTAGRAM, e.links.get(INSTAGRAM, "")), e) for e in office.dated if e.live]
    return {post: e.label for post, e in linked if post and e.publish and e.publish <= office.context.today}
