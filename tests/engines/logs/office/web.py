"""The access log of the firm's web site (WordPress at a rental server): people, crawlers, monitoring, staff, noise."""

from __future__ import annotations

from .week import DESIGNER, HOME, MONDAY, MONITOR, OFFICE, WEEK, Chance, Lines, jst, trimmed

BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
    " Edg/141.0.0.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1"
    " Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; SO-51E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile"
    " Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0"
    " Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
    " Safari Line/15.17.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
)
CRAWLERS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
    "Mozilla/5.0 (compatible; MJ12bot/v1.4.8; http://mj12bot.com/)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; Applebot/0.1; +http://www.apple.com/go/applebot)",
    "Mozilla/5.0 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 3 subscribers)",
)
PAGES = (
    "/",
    "/about/",
    "/works/",
    "/works/kitchen/",
    "/works/bath/",
    "/works/roof/",
    "/news/",
    "/recruit/",
    "/contact/",
    "/price/",
    "/access/",
    "/blog/",
    "/voice/",
    "/privacy-policy/",
    "/faq/",
    "/shop/",
    "/en/",
    "/works/%E5%A4%96%E5%A3%81%E5%A1%97%E8%A3%85/",
    "/blog/2026/11/how-to-select-a-carpenter-union-or-not/",
    "/blog/2025/08/what%E2%80%99s-drop-ceiling/",
)
PARTS = (
    "/wp-content/themes/hibari/style.css?ver=2.3",
    "/wp-content/themes/hibari/js/main.js?ver=2.3",
    "/wp-includes/js/jquery/jquery.min.js?ver=3.7.1",
    "/wp-includes/css/dist/block-library/style.min.css?ver=6.8.3",
    "/wp-content/plugins/contact-form-7/includes/js/index.js?ver=6.0",
    "/wp-content/uploads/2024/03/logo.png",
    "/wp-content/themes/hibari/fonts/noto.woff2",
    "/favicon.ico",
)
SEARCHES = (
    "%E5%A4%96%E5%A3%81",
    "kitchen+reform",
    "men%27s+room",
    "select+tiles+from+catalog",
    "O%27Brien+sink",
    "%E8%A6%8B%E7%A9%8D+%E3%82%82%E3%82%8A",
    "drop+ceiling+table",
    "100%25+wool",
    "a+%26+b",
    "%3C%3E",
)
NOISE = (
    ("GET /.env", 404),
    ("GET /.git/config", 404),
    ("GET /phpmyadmin/", 404),
    ("GET /wp-login.php", 200),
    ("GET /xmlrpc.php", 405),
    ("GET /?author=1", 301),
    ("GET /boaform/admin/formLogin", 404),
    ("GET /actuator/health", 404),
    ("GET /robots.txt", 200),
    ("GET /owa/auth/logon.aspx", 404),
    ("POST /wp-login.php", 200),
    ("GET /vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", 404),
    ("GET /cgi-bin/luci/;stok=/locale", 404),
    ("HEAD /backup.zip", 404),
    ("OPTIONS /", 200),
)


class Site:
    def __init__(self, chance: Chance) -> None:
        self.chance, self.lines = chance, Lines()

    def line(
        self,
        time: float,
        address: str,
        request: str,
        status: int,
        size: int,
        agent: str,
        referer: str = "-",
        user: str = "-",
    ) -> None:
        stamp = jst(time).strftime("%d/%b/%Y:%H:%M:%S +0900")
        text = f'{address} - {user} [{stamp}] "{request} HTTP/1.1" {status} {size} "{referer}" "{agent}"'
        self.lines.append((time, text))

    def visit(self) -> None:
        """Somebody looks around: a page, what belongs to it, another page, sometimes a search or the form."""
        c = self.chance
        time, address, agent = c.when_people_surf(), c.visitor() if c.likely(0.96) else OFFICE, c.pick(BROWSERS)
        referer = c.pick(("https://www.google.com/", "https://www.google.co.jp/", "-", "https://search.yahoo.co.jp/"))
        known = c.likely(0.3)
        for number in range(c.number(1, 6)):
            page = c.pick(PAGES) if number or c.likely(0.6) else "/"
            if number == 0 and c.likely(0.15):
                page += f"?utm_source=instagram&utm_medium=social&fbclid=IwAR{c.hexadecimal(40)}"
            self.line(
                time,
                address,
                f"GET {page}",
                304 if known and c.likely(0.2) else 200,
                c.number(9_000, 60_000),
                agent,
                referer,
            )
            here = "https://www.example.jp" + page
            for part in PARTS if number == 0 else ():
                time += c.random() * 0.3
                status = 304 if known else 200
                self.line(time, address, f"GET {part}", status, 0 if known else c.number(900, 90_000), agent, here)
            for _ in range(c.number(0, 8)):
                picture = (
                    f"/wp-content/uploads/{c.number(2019, 2026)}/{c.number(1, 12):02}/DSC_{c.number(100, 4000):05}"
                )
                size = c.pick(("", "-300x200", "-1024x683"))
                self.line(
                    time + c.random(), address, f"GET {picture}{size}.jpg", 200, c.number(8_000, 400_000), agent, here
                )
            time += 5 + c.random() * 120
            referer = here
            if c.likely(0.03):
                self.line(time, address, f"GET /?s={c.pick(SEARCHES)}", 200, c.number(8_000, 20_000), agent, here)
                time += 8
            if c.likely(0.02):
                pdf = c.pick(("catalog-2026.pdf", "kaishaannai.pdf", "price%20list.pdf"))
                self.line(
                    time,
                    address,
                    f"GET /wp-content/uploads/pdf/{pdf}",
                    c.pick((200, 206, 206)),
                    c.number(300_000, 24_000_000),
                    agent,
                    here,
                )
            if page == "/contact/" and c.likely(0.3):
                form = "/wp-json/contact-form-7/v1/contact-forms/12/feedback"
                if c.likely(0.2):
                    self.line(time, address, f"POST {form}", 200, 412, agent, here)
                    time += 30
                self.line(time, address, f"POST {form}", 200, 268, agent, here)
            if c.likely(0.01):
                self.line(
                    time,
                    address,
                    f"GET {c.pick(('/apple-touch-icon.png', '/old/index.html', '/blog/?p=%E3%81%82'))}",
                    404,
                    9_120,
                    agent,
                )

    def crawl(self) -> None:
        """A search engine takes some pages, some of them long gone."""
        c = self.chance
        time, agent = c.at_any_time(), c.pick(CRAWLERS)
        address = f"198.51.100.{c.number(210, 250)}"
        if c.likely(0.3):
            self.line(time, address, "GET /robots.txt", 200, 120, agent)
        for _ in range(c.number(1, 40)):
            time += 1 + c.random() * 30
            if c.likely(0.12):
                month, what = c.number(1, 12), c.pick(("diary", "event", "staff"))
                old = f"/blog/{c.number(2012, 2020)}/{month:02}/{what}-{c.number(1, 90)}/"
                self.line(time, address, f"GET {old}", c.pick((404, 404, 301, 410)), 9_120, agent)
            elif c.likely(0.1):
                self.line(
                    time,
                    address,
                    f"GET {c.pick(('/sitemap.xml', '/feed/', '/wp-sitemap-posts-post-1.xml'))}",
                    200,
                    c.number(3_000, 40_000),
                    agent,
                )
            else:
                self.line(
                    time,
                    address,
                    f"GET {c.pick(PAGES)}?page={c.number(1, 30)}",
                    c.pick((200, 200, 304)),
                    c.number(9_000, 60_000),
                    agent,
                )

    def machines(self, every: float) -> None:
        """Monitoring, and WordPress calling itself."""
        c = self.chance
        for number in range(int(WEEK / every)):
            time = MONDAY + number * every
            self.line(time + c.random(), MONITOR, "HEAD /", 200, 0, "Mozilla/5.0+(compatible; UptimeRobot/2.0)")
            if number % 3 == 0:
                cron = f"POST /wp-cron.php?doing_wp_cron={time:.6f}0"
                self.line(time + 2, "192.0.2.80", cron, 200, 0, "WordPress/6.8.3; https://www.example.jp")

    def member(self) -> None:
        """A customer signs in to the shop; one in eight mistypes once or twice."""
        c = self.chance
        time, address, agent = c.when_people_surf(), c.visitor(), c.pick(BROWSERS)
        here = "https://www.example.jp/shop/login/"
        self.line(time, address, "GET /shop/login/", 200, 8_841, agent, "https://www.example.jp/shop/")
        for _ in range(c.number(1, 2) if c.likely(0.125) else 0):
            time += 12
            self.line(time, address, "POST /shop/login/", 200, 8_990, agent, here)
        self.line(time + 15, address, "POST /shop/login/", 302, 0, agent, here)
        for number in range(c.number(2, 7)):
            self.line(
                time + 20 + number * 15,
                address,
                f"GET /shop/{c.pick(('cart', 'orders', 'item'))}/?id={c.number(1, 900)}",
                200,
                c.number(7_000, 30_000),
                agent,
                here,
            )

    def author(self) -> None:
        """Somebody of the firm, or its designer, works in WordPress."""
        c = self.chance
        time, address = c.in_office_hours(), c.pick((OFFICE, OFFICE, HOME, DESIGNER))
        agent, admin = c.pick(BROWSERS[:5]), "https://www.example.jp/wp-admin/"
        self.line(time, address, "GET /wp-login.php", 200, 4_310, agent)
        for _ in range(c.number(1, 3) if c.likely(0.15) else 0):
            time += 14
            self.line(time, address, "POST /wp-login.php", 200, 4_822, agent, "https://www.example.jp/wp-login.php")
        time += 10
        self.line(time, address, "POST /wp-login.php", 302, 0, agent, "https://www.example.jp/wp-login.php")
        self.line(time + 1, address, "GET /wp-admin/", 200, 61_204, agent, "https://www.example.jp/wp-login.php")
        for _ in range(c.number(10, 60)):
            time += 10 + c.random() * 50
            request, status = c.pick(
                (
                    ("POST /wp-admin/admin-ajax.php", 200),
                    ("POST /wp-admin/admin-ajax.php", 200),
                    ("POST /wp-json/wp/v2/posts/812?_locale=user", 200),
                    ("GET /wp-admin/edit.php", 200),
                    ("GET /wp-json/wp/v2/users/?who=authors&per_page=50&_locale=user", 200),
                    ("POST /wp-admin/async-upload.php", 200),
                    ("GET /wp-admin/upload.php", 200),
                    ("GET /wp-admin/post.php?post=812&action=edit", 200),
                    ("POST /wp-admin/post.php", 302),
                )
            )
            self.line(time, address, request, status, c.number(40, 90_000), agent, admin)
        if c.likely(0.15):
            for request in (
                "GET /wp-admin/plugins.php",
                "GET /wp-admin/update-core.php",
                "POST /wp-admin/update-core.php?action=do-plugin-upgrade",
                "GET /wp-admin/update.php?action=update-selected&plugins=akismet%2Fakismet.php",
                "GET /wp-admin/theme-editor.php?file=style.css&theme=hibari",
                "GET /wp-admin/options-general.php",
            ):
                time += 20
                self.line(time, address, request, 200, c.number(20_000, 90_000), agent, admin)

    def staging(self) -> None:
        """The designer looks at the new site behind a password: the first request is always refused."""
        c = self.chance
        time, agent = c.in_office_hours(), BROWSERS[4]
        self.line(time, DESIGNER, "GET /staging/", 401, 381, agent)
        if c.likely(0.1):
            self.line(time + 5, DESIGNER, "GET /staging/", 401, 381, agent, user="designer")
        for number in range(c.number(5, 30)):
            self.line(time + 10 + number, DESIGNER, f"GET /staging{c.pick(PAGES)}", 200, 30_000, agent, user="designer")

    def noise(self) -> None:
        """The internet tries a door or two and goes on: every public site sees this all day."""
        c = self.chance
        time, address = c.at_any_time(), c.stranger()
        agent = c.pick((*BROWSERS[:2], "-", "curl/8.5.0", "Go-http-client/1.1", "python-requests/2.32.3"))
        for _ in range(c.pick((1, 1, 1, 2))):
            request, status = c.pick(NOISE)
            self.line(time, address, request, status, c.number(150, 9_120), agent)
            time += 1 + c.random() * 3


def access(seed: int, wanted: int) -> list[str]:
    site = Site(Chance(f"web {seed}"))
    site.machines(max(60.0, 60 * 600_000 / wanted))
    for number in range(max(1, wanted // 12_000)):
        site.author()
        if number % 3 == 0:
            site.staging()
    for _ in range(wanted // 200):
        site.noise()
    for _ in range(wanted // 900):
        site.member()
    while len(site.lines) < wanted * 1.02:
        for _ in range(20):
            site.visit()
        site.crawl()
        site.crawl()
    return trimmed(site.lines, wanted)
