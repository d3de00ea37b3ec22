"""Which texts in a Tautan are links to the platform, and what none of them can make a mail offer."""

import pytest

from halokop_sheets.core.terms import PLATFORMS
from halokop_sheets.core.typed.links import find_link

POST = "https://www.instagram.com/p/CxYz_1-2/"


@pytest.mark.parametrize(
    ("typed", "platform", "link"),
    [
        (POST, "Instagram", POST),
        (POST.upper(), "Instagram", POST.upper()),
        ("instagram.com/reel/a?igsh=x#y", "Instagram", "https://instagram.com/reel/a?igsh=x#y"),
        ("http://instagr.am/p/a", "Instagram", "http://instagr.am/p/a"),
        (f"ini tautannya: {POST}", "Instagram", POST),
        ("https://vt.tiktok.com/ZS1/", "TikTok", "https://vt.tiktok.com/ZS1/"),
        ("tiktok.com/@dinas/video/1", "TikTok", "https://tiktok.com/@dinas/video/1"),
        ("https://youtu.be/abc", "YouTube", "https://youtu.be/abc"),
        ("https://fb.watch/abc", "Facebook", "https://fb.watch/abc"),
        ("https://www.threads.net/@a/post/1", "Threads", "https://www.threads.net/@a/post/1"),
        ("instagram.com:443/p/a", "Instagram", "https://instagram.com:443/p/a"),
    ],
)
def test_links(typed: str, platform: str, link: str) -> None:
    assert find_link(typed, platform) == link


@pytest.mark.parametrize(
    "typed",
    [
        "menyusul",
        "nanti sore",
        "sudah. cek IG",
        "https://evil.com/login",
        "https://evil.com/instagram.com",
        "https://instagram.com.evil.com/p/a",
        "https://notinstagram.com/p/a",
        "https://instagram.com@evil.com/p/a",
        "https://instagram.com:x@evil.com/p/a",
        "https://evil.com\\@instagram.com/p/a",
        "https://evil.com\\.instagram.com/p/a",
        "https://inst\u0430gram.com/p/a",
        "https://instagram\u3002com.evil.com/",
        "https://[::1]/instagram.com",
        "https://[instagram.com/p",
        "javascript:alert(1)//instagram.com",
        "data:text/html,instagram.com",
        "ftp://instagram.com/p/a",
        "//evil.com/instagram.com",
        "https:evil.com//instagram.com",
        "https://tiktok.com/@dinas",
        '"><img src=x onerror=alert(1)>instagram.com',
        "mailto:a@instagram.com",
        "a@instagram.com",
        'https://instagram.com/p/a"onclick=x',
        "https://",
        "",
    ],
)
def test_what_is_no_link_to_instagram(typed: str) -> None:
    assert find_link(typed, "Instagram") is None


def test_a_platform_outside_the_table_takes_no_other_platforms_link() -> None:
    assert find_link(POST, "Threads") is None


def test_every_platform_of_the_table_has_its_hosts() -> None:
    assert all(platform.hosts for platform in PLATFORMS.values())
