"""One flat file. What an operator changes is an environment variable: the README has the table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

from integration.core.redis_client import OPTIONS as REDIS_OPTIONS

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# --- The environment ---------------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY")
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_HTTPS = env.bool("BEHIND_HTTPS", default=False)
FEED_ALLOWED_HOSTS = env.list("FEED_ALLOWED_HOSTS", default=[])  # feeds on internal ones
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000")  # in links that leave us
# Whose X-Forwarded-For is believed; who speaks HTTPS for us is one.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=int(BEHIND_HTTPS))
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
RATE_LIMITS = env.bool("RATE_LIMITS", default=True)  # off only to measure how fast we are
CATCH_UP_MINUTES = env.int("CATCH_UP_MINUTES", default=10)
RETENTION_DAYS = env.int("RETENTION_DAYS", default=30)  # 0 keeps everything
REDIS_URL = env.str("REDIS_URL")
DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)

# --- Django ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "integration",  # before django_rq and unfold: its commands and templates come first
    "backinstock",
    "storefront",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_rq",
    "import_export",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",  # the scripts of the API's pages, served from here
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "storewire",
        "OPTIONS": REDIS_OPTIONS,
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024  # an event of 5 MB can be corrected in the admin
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # failed events retried in one go

# --- Sign-in and browsers ----------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 1  # hour
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False  # its lines would carry user names
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = False  # the proxy's work
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # No inline script. Alpine, which the admin's menus use, evaluates its attributes.
        "script-src": [SELF, "'unsafe-eval'"],
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Queues ------------------------------------------------------------------------------------
RQ_QUEUES = {
    name: {"URL": REDIS_URL, "DEFAULT_RESULT_TTL": 60} for name in ("realtime", "bulk", "default")
}
RQ = {"WORKER_CLASS": "project.worker.EnduringWorker"}

# --- The REST API: its views and their rules are in integration/api ------------------------------
REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "integration.api.errors.answer",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS tells nothing that /api/schema/ does not
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Storewire",
    "DESCRIPTION": "Start, watch and stop imports from a shop to Klaviyo.",
    "VERSION": "1",
    "SERVE_AUTHENTICATION": [],  # what the API can do is no secret
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,  # what is asked may not be blank, what is told may
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {"RunState": "integration.models.runs.JobRun.State"},
}

# --- Storewire ---------------------------------------------------------------------------------
INTEGRATION_EXTRA_DESTINATIONS = ["backinstock.destination"]
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True  # a name that begins with "=" is not a formula
# What is uploaded waits there to be confirmed, on whichever machine that arrives.
IMPORT_EXPORT_TMP_STORAGE_CLASS = "import_export.tmp_storages.CacheStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "project.logs.MaskingJsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "rq": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        "axes": {"level": "ERROR"},
    },
}


# --- The admin's looks -------------------------------------------------------------------------
def _list(model: str, app: str = "integration") -> Any:
    return reverse_lazy(f"admin:{app}_{model}_changelist")


def _is_at(address: Any) -> Callable[[HttpRequest], bool]:
    # The theme takes whatever begins with an address for a page below it.
    overview = reverse_lazy("admin:backinstock_stockitem_overview")
    return lambda request: (
        request.path.startswith(str(address))
        and (request.path == str(overview)) == (str(address) == str(overview))
    )


UNFOLD = {
    "SITE_TITLE": "Storewire",
    "SITE_HEADER": "Storewire",
    "SITE_SYMBOL": "sync_alt",
    "STYLES": [
        lambda request: static("integration/admin.css"),
        lambda request: static("backinstock/admin.css"),
        lambda request: static("storefront/admin.css"),
    ],
    "SHOW_HISTORY": False,
    "DASHBOARD_CALLBACK": "backinstock.admin.crowds.start_page",
    "SHOW_VIEW_ON_SITE": False,
    "SIDEBAR": {
        "show_search": False,
        "navigation": [
            {
                "title": "Today",
                "items": [
                    {
                        "title": title,
                        "icon": icon,
                        "link": address,
                        "permission": f"integration.admin.permissions.may_view_{model}",
                    }
                    for title, icon, model, address in (
                        (
                            "Failed events",
                            "report",
                            "failedevent",
                            lambda request: f"{_list('failedevent')}?resolution__exact=open",
                        ),
                        ("Messages in", "inbox", "inboundmessage", _list("inboundmessage")),
                        ("Deliveries out", "outbox", "delivery", _list("delivery")),
                        ("Job runs", "play_circle", "jobrun", _list("jobrun")),
                        ("Consent", "verified_user", "consent", _list("consent")),
                    )
                ],
            },
            {
                "title": "Back in stock",
                "items": [
                    {
                        "title": title,
                        "icon": icon,
                        "link": address,
                        "permission": f"backinstock.admin.permissions.may_see_{what}",
                        "active": _is_at(address),
                    }
                    for title, icon, what, address in (
                        (
                            "Overview",
                            "monitoring",
                            "list",
                            reverse_lazy("admin:backinstock_stockitem_overview"),
                        ),
                        ("Waiting list", "hourglass", "list", _list("stockitem", "backinstock")),
                        ("Sign-ups", "person_add", "people", _list("signup", "backinstock")),
                        ("Restocks", "package_2", "restocks", _list("restock", "backinstock")),
                        ("Feeds", "rss_feed", "feeds", _list("feed", "backinstock")),
                    )
                ],
            },
            {
                "title": "Storefront",
                "items": [
                    {
                        "title": title,
                        "icon": icon,
                        "link": address,
                        "permission": f"storefront.admin.permissions.may_see_{what}",
                    }
                    for title, icon, what, address in (
                        ("Put it on your shop", "code", "shops", _list("sighting", "storefront")),
                        ("Browser events", "web", "events", _list("browserevent", "storefront")),
                    )
                ],
            },
            {
                "title": "Set-up",
                "items": [
                    {
                        "title": "Stores",
                        "icon": "storefront",
                        "link": _list("store"),
                        "permission": "integration.admin.permissions.may_view_store",
                    },
                    {
                        "title": "API tokens",
                        "icon": "key",
                        "link": _list("apitoken"),
                        "permission": "integration.admin.permissions.may_view_apitoken",
                    },
                    {
                        "title": "Queues",
                        "icon": "list_alt",
                        "link": reverse_lazy("admin:django_rq_dashboard_changelist"),
                        "permission": "integration.admin.permissions.may_see_queues",
                    },
                    {
                        "title": "People",
                        "icon": "group",
                        "link": reverse_lazy("admin:auth_user_changelist"),
                        "permission": "integration.admin.permissions.may_manage_people",
                    },
                ],
            },
        ],
    },
}
