"""The one tag that every page needs, and what a page's policy has to allow for it."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

COLLECT = "/storefront/collect"
# What klaviyo.js loads and asks: its own hosts change, all of them are below this one.
KLAVIYO = "https://*.klaviyo.com"
LINE = "\n        "


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the tag of a store says. `company` is Klaviyo's public key, "" where there is none."""

    script: str  # the script's address
    integrity: str  # by which browsers know the script
    store: str  # short name
    company: str = ""
    send: str = "both"
    consent: str = "none"
    gpc: bool = True
    data_layer: bool = False

    @property
    def origin(self) -> str:
        """Where we are."""
        parts = urlsplit(self.script)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def uses_klaviyo(self) -> bool:
        """Whether klaviyo.js is loaded."""
        return bool(self.company) and self.send != "server"


def attributes(facts: Facts) -> dict[str, str | bool]:
    """Return the attributes of the script's element. True is one without a value."""
    chosen: dict[str, str | bool] = {
        "src": facts.script,
        "integrity": facts.integrity,
        "crossorigin": "anonymous",
        "data-store": facts.store,
        "data-company": facts.company,
        "data-send": facts.send,
        "data-consent": facts.consent,
        "data-gpc": facts.gpc,
        "data-data-layer": facts.data_layer,
        "defer": True,
    }
    return {name: value for name, value in chosen.items() if value}


def tag(facts: Facts) -> str:
    """Return the tag for the head of every page."""
    written = [_written(name, value) for name, value in attributes(facts).items()]
    rows = written[:1], written[1:3], written[3:]
    return f"<script {f'{LINE}'.join(' '.join(row) for row in rows)}></script>"


def tag_for_managers(facts: Facts) -> str:
    """Return the same for a Custom HTML tag of Google Tag Manager.

    It makes the element by a script, as a tag manager drops attributes that it does not know. Old
    JavaScript, because a tag manager refuses newer.
    """
    there = attributes(facts) | {"data-data-layer": True}
    named = {name: value for name, value in there.items() if name not in ("src", "defer")}
    sets = (f"  script.setAttribute({_quoted(n)}, {_quoted(v)});" for n, v in named.items())
    lines = [
        "<script>",
        "(function () {",
        '  var script = document.createElement("script");',
        *sets,
        f"  script.src = {_quoted(facts.script)};",
        "  document.head.appendChild(script);",
        "})();",
        "</script>",
    ]
    return "\n".join(lines)


def policy(facts: Facts) -> str:
    """Return what a Content-Security-Policy must have for this."""
    hosts = f"{facts.origin} {KLAVIYO}" if facts.uses_klaviyo else facts.origin
    return f"script-src {hosts};\nconnect-src {hosts};"


def proxy(facts: Facts) -> str:
    """Return how nginx in front of a shop passes the collector's address on to us."""
    host = urlsplit(facts.script).netloc
    return "\n".join(
        [
            f"location = {COLLECT} {{",
            f"    proxy_pass {facts.origin}{COLLECT};",
            f"    proxy_set_header Host {host};",
            '    proxy_set_header Cookie "";',
            "    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
            "    proxy_ssl_server_name on;",
            "}",
        ]
    )


def _written(name: str, value: str | bool) -> str:
    return name if value is True else f'{name}="{html.escape(str(value))}"'


def _quoted(value: str | bool) -> str:
    text = json.dumps("" if value is True else value)
    return text.replace("<", "\\u003C").replace(">", "\\u003E")
