"""What stands behind the stand-in: an account, its posts and how their figures grow, its tokens."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

METRICS = ("views", "likes", "comments", "saved", "shares")
KNOWN = {*METRICS, "reach", "total_interactions", "follows", "profile_visits", "ig_reels_avg_watch_time"}
REELS_ONLY = {"ig_reels_avg_watch_time"}
FEED_ONLY = {"follows", "profile_visits"}
LIFE = timedelta(days=60)
YOUNG = timedelta(hours=24)


@dataclass
class Post:
    """A post; figures grow with its age, the faster the younger, and are whole numbers above 0 from the first hour."""

    shortcode: str
    published: datetime  # aware
    kind: str = "REELS"  # media_product_type
    type: str = "VIDEO"  # media_type
    scale: int = 1000
    refused: frozenset[str] = frozenset()  # metrics that are not supported for this media type
    before_professional: bool = False
    hides_likes: bool = False
    path: str = "reel"

    @property
    def id(self) -> str:
        return f"1789{abs(hash_of(self.shortcode)) % 10**13:013d}"

    def count(self, metric: str, now: datetime) -> int | None:
        """The figure at ``now``; None before there is any."""
        hours = (now - self.published) / timedelta(hours=1)
        if hours < 1:
            return None
        share = {"views": 100, "likes": 9, "comments": 3, "saved": 2, "shares": 4, "reach": 80}.get(metric, 1)
        return int(self.scale * share / 100 * hours / (hours + 30)) + share


def hash_of(text: str) -> int:
    """The same number in every process."""
    value = 0
    for sign in text:
        value = (value * 131 + ord(sign)) % (2**61 - 1)
    return value


@dataclass
class Secret:
    """A token as Meta knows it."""

    value: str
    issued: datetime
    until: datetime
    permissions: tuple[str, ...] = ("instagram_business_basic", "instagram_business_manage_insights")
    dead: bool = False  # the password was changed, or the app was removed

    def valid(self, now: datetime) -> bool:
        return not self.dead and now < self.until


@dataclass
class Account:
    """The professional account that the token belongs to; posts newest last."""

    username: str = "dinas.contoh"
    user_id: str = "17841400000000001"
    kind: str = "BUSINESS"
    posts: list[Post] = field(default_factory=list)
    secrets: dict[str, Secret] = field(default_factory=dict)

    def issue(self, now: datetime, value: str = "", **changes: object) -> Secret:
        """A new long-lived token, as from the app's dashboard."""
        value = value or f"IGAAcontoh{len(self.secrets)}x{hash_of(str(now)) % 10**9:09d}RAHASIA"
        secret = Secret(value, now, now + LIFE)
        for name, change in changes.items():
            setattr(secret, name, change)
        self.secrets[value] = secret
        return secret

    def by_id(self, id_: str) -> Post | None:
        return next((post for post in self.posts if post.id == id_), None)
