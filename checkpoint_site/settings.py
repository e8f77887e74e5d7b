"""Settings: one file, every value from the environment.

docs/operating.md lists every variable; tests/test_docs.py holds the two together. With ``DEMO=1``
(what ``make run`` sets) the site runs with nothing else set. Without it the secrets must be given,
and a missing one stops the start with its name.
"""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import FileAwareEnv

from checkpoint_site import backends, logs
from checkpoint_site import setting_checks as checks
from permits import secret_files
from permits.verdict import PermitState, WatchlistLevel

BASE_DIR = Path(__file__).resolve().parent.parent
# Each value may also stand in a file, which NAME_FILE names: secrets of systemd and of containers.
env = FileAwareEnv(strip_whitespace=True)

DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="")

# --- Secrets --------------------------------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY and DEMO:
    SECRET_KEY = secret_files.read_or_make(DATA_DIR / "secret_key")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured(
        "SECRET_KEY must be set to a random text of at least 50 characters. To make one: "
        'python3 -c "import secrets; print(secrets.token_urlsafe(50))". '
        "To try the site out with made-up data, set DEMO=1 instead."
    )

# Where the keys are that sign travel codes; permits/keys.py is their only reader.
SIGNING_KEYS_DIR = Path(env.str("SIGNING_KEYS_DIR", default=str(DATA_DIR / "keys")))

# What seals personal numbers, phones and documents; permits/personal_data.py is its only reader.
PERSONAL_DATA_KEYS: list[str] = env.list(
    "PERSONAL_DATA_KEYS", default=[], validate=checks.sealing_keys
)
if not PERSONAL_DATA_KEYS and DEMO:
    PERSONAL_DATA_KEYS = [secret_files.read_or_make_key(DATA_DIR / "personal_data.key")]
if not PERSONAL_DATA_KEYS:
    raise ImproperlyConfigured(
        "PERSONAL_DATA_KEYS must be set: personal numbers are kept under it, and nobody can read "
        'them without it. To make one: python3 -c "import base64, secrets; '
        'print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())"'
    )
DOCUMENTS_DIR = Path(env.str("DOCUMENTS_DIR", default=str(DATA_DIR / "documents")))
IMPORTS_DIR = Path(env.str("IMPORTS_DIR", default=str(DATA_DIR / "imports")))
# An uploaded file stays in memory until it is sealed: never a plain one in a folder for temporary
# files. The proxies bound what comes.
FILE_UPLOAD_MAX_MEMORY_SIZE = 24 * 1024 * 1024

# --- The web --------------------------------------------------------------------------------------

LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOCAL_HOSTS)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How many reverse proxies stand before the site and append to X-Forwarded-For.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0, validate=checks.not_negative)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Plain http is for the demo on this machine; anything else is https.
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=not (DEMO or DEBUG))
SECURE_SSL_REDIRECT = HTTPS_ONLY
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SECURE = HTTPS_ONLY
LANGUAGE_COOKIE_SECURE = HTTPS_ONLY
SECURE_HSTS_SECONDS = env.int(
    "HSTS_SECONDS", default=31_536_000 if HTTPS_ONLY else 0, validate=checks.not_negative
)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
SECURE_HSTS_PRELOAD = HTTPS_ONLY
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 3600  # a shift and its hand-over
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SAMESITE = "Strict"
LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

# Tiles of the supervisors' map, as Leaflet writes an address; without them it has outlines alone.
MAP_TILES = env.str("MAP_TILES", default="", validate=checks.map_tiles)
MAP_ATTRIBUTION = env.str("MAP_ATTRIBUTION", default="")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "worker-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *checks.origins_of_tiles(MAP_TILES)],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

INSTALLED_APPS = [
    "checkpoint_site.apps.SiteAdminConfig",
    "checkpoint_site.apps.SiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "csp",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_tasks_db",
    "permits",
    "scans",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "checkpoint_site.static_files.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "checkpoint_site.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "scans.device_sessions.DeviceMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "checkpoint_site.urls"
ASGI_APPLICATION = "checkpoint_site.asgi.application"

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
                "checkpoint_site.navigation.pages_of_the_user",
            ],
        },
    },
]

# --- The database and Redis: backends.py --------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", default="", validate=checks.database_url)
REDIS_URL = env.str("REDIS_URL", default="", validate=checks.redis_url)
DATABASE_POOL = env.int("DATABASE_POOL", default=8, validate=checks.positive)
DATABASES = {"default": backends.database(DATABASE_URL, data_dir=DATA_DIR, pool_size=DATABASE_POOL)}
DATABASE_REPLICA_URL = env.str("DATABASE_REPLICA_URL", default="", validate=checks.replica_url)
if DATABASE_REPLICA_URL:
    if not DATABASE_URL.startswith("postgres"):
        raise ImproperlyConfigured("DATABASE_REPLICA_URL needs a DATABASE_URL of PostgreSQL")
    DATABASES["replica"] = backends.replica(DATABASE_REPLICA_URL, pool_size=DATABASE_POOL)
    DATABASE_ROUTERS = ["checkpoint_site.routers.ReplicaRouter"]
CACHES = {"default": backends.cache(REDIS_URL)}
CHANNEL_LAYERS = {"default": backends.channel_layer(REDIS_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What is done in the background waits in the database: permits/tasks.py. RUN_WORKER: a server
# process starts one that does it, as `make run` wants it.
RUN_WORKER = env.bool("RUN_WORKER", default=False)
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- People ---------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "permits.roles.RoleBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

AXES_FAILURE_LIMIT = env.int("LOGIN_ATTEMPTS", default=5, validate=checks.positive)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "permits.throttles.client_address"
AXES_VERBOSE = False

# --- The API --------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "permits.api.access.ScopedTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    # A new endpoint is closed until it says for whom it is.
    "DEFAULT_PERMISSION_CLASSES": ["permits.roles.Nobody"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "permits.api.problems.answer",
    "DEFAULT_THROTTLE_RATES": {
        # Mobile networks put thousands of phones behind one address: room for a busy hour of them.
        "declarations": env.str("DECLARATION_RATE", default="200/hour", validate=checks.rate),
        # What is begun and not sent yet is kept for two hours, and so are its files.
        "drafts": env.str("DRAFT_RATE", default="600/hour", validate=checks.rate),
        "documents": env.str("DOCUMENT_RATE", default="300/hour", validate=checks.rate),
        # Of one address, and for one serial.
        "find": env.str("FIND_RATE", default="60/hour", validate=checks.rate),
        # A phone sends four frames a second while its owner holds the card before it.
        "cards": env.str("CARD_RATE", default="600/min", validate=checks.rate),
        # Codes that let a device in, looked at and used.
        "enrolments": env.str("ENROL_RATE", default="120/hour", validate=checks.rate),
        "api": env.str("API_RATE", default="600/min", validate=checks.rate),
        "checks": env.str("CHECK_RATE", default="600/min", validate=checks.rate),
    },
    "NUM_PROXIES": TRUSTED_PROXIES,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Checkpoint API",
    "DESCRIPTION": "Checks at a lane, permits, the watchlist: docs/api.md says how to begin.",
    "VERSION": "1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "permits.api.schema.add_failures",
    ],
    # Where two fields of different names have the same choices.
    "ENUM_NAME_OVERRIDES": {
        "WatchlistLevel": [level.value for level in WatchlistLevel],
        "PermitState": [state.value for state in PermitState],
    },
}

# Webhooks to addresses inside one's own network, and over plain http: for a trusted one alone.
WEBHOOK_PRIVATE_ADDRESSES = env.bool("WEBHOOK_PRIVATE_ADDRESSES", default=False)

# --- E-mail: permits/mail.py ---------------------------------------------------------------------

# Without a host nothing is sent, and the pages say so.
EMAIL_HOST = env.str("EMAIL_HOST", default="", validate=checks.host_name)
EMAIL_TLS = env.str("EMAIL_TLS", default="starttls", validate=checks.email_tls)
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_TLS == "starttls", EMAIL_TLS == "tls"
EMAIL_PORT = env.int("EMAIL_PORT", default=465 if EMAIL_USE_SSL else 587, validate=checks.port)
EMAIL_HOST_USER = env.str("EMAIL_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_PASSWORD", default="")
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="", validate=checks.email_from)
SITE_ADDRESS = env.str("SITE_ADDRESS", default="", validate=checks.site_address)
EMAIL_TIMEOUT = 20  # seconds
checks.email_is_whole(
    host=EMAIL_HOST,
    sender=DEFAULT_FROM_EMAIL,
    site=SITE_ADDRESS,
    user=EMAIL_HOST_USER,
    password=EMAIL_HOST_PASSWORD,
)

# --- Sockets and scans ----------------------------------------------------------------------------

# How long until a socket notices that its user's session has ended or a role was taken away, when
# the hint that says so at once was lost.
SOCKET_RECHECK_SECONDS = env.float("SOCKET_RECHECK_SECONDS", default=10.0, validate=checks.positive)
# Officers work at lanes from devices alone that a supervisor has enrolled.
ENROLLED_DEVICES_ONLY = env.bool("ENROLLED_DEVICES_ONLY", default=False)
# Minutes after which a checkpoint page that nobody touches, and that sees no code, is locked.
LOCK_AFTER_MINUTES = env.int("LOCK_AFTER_MINUTES", default=15, validate=checks.positive)
# Threads that decode pictures. 0: one for each core.
DECODE_THREADS = env.int("DECODE_THREADS", default=0, validate=checks.not_negative)

# --- The server process: serve.py -----------------------------------------------------------------

SERVER = env.str("SERVER", default="daphne", validate=checks.server)
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000, validate=checks.port)
# One more is refused, and tries again: what a process carries is bounded, and so is its memory.
MOST_SOCKETS = env.int("MOST_SOCKETS", default=2000, validate=checks.positive)
# How long a process that is to end says so at /readyz before it stops listening.
LEAVE_SECONDS = env.float("LEAVE_SECONDS", default=0.0, validate=checks.not_negative)
# And how long it then waits for what it has begun.
STOP_SECONDS = env.float("STOP_SECONDS", default=10.0, validate=checks.positive)

# --- Languages and times --------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "checkpoint_site" / "locale"]
USE_I18N = True
NUMBER_GROUPING = 3  # where a page asks for it: Vietnamese says nothing of its own
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Ho_Chi_Minh", validate=checks.time_zone)
USE_TZ = True

# --- Static files ---------------------------------------------------------------------------------

STATIC_URL = "/static/"
# Apart from DATA_DIR where they are part of an image that nobody may write to.
STATIC_ROOT = Path(env.str("STATIC_DIR", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "checkpoint_site.static_storage.HashedModulesStorage"},
}

# --- Logs: never personal data (logs.py) ----------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING", validate=checks.log_level)
LOG_FORMAT = env.str("LOG_FORMAT", default="line" if DEMO else "json", validate=checks.log_format)
LOGGING = logs.configuration(level=LOG_LEVEL, form=LOG_FORMAT, exception_texts=DEBUG)

# --- What a machine asks: health.py, metrics_page.py ----------------------------------------------

# A load balancer and Prometheus ask the server itself, in plain http.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
METRICS_TOKEN = env.str("METRICS_TOKEN", default="", validate=checks.metrics_token)
# Read by prometheus_client from the environment; where several processes share their figures.
PROMETHEUS_MULTIPROC_DIR = env.str(
    "PROMETHEUS_MULTIPROC_DIR", default="", validate=checks.folder_to_write
)
if not PROMETHEUS_MULTIPROC_DIR:
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)  # an empty one would count as set

# --- How many days what is kept, 0 for ever: manage.py prune --------------------------------------

RETAIN_SCANS_DAYS = env.int("RETAIN_SCANS_DAYS", default=90, validate=checks.not_negative)
RETAIN_ALERTS_DAYS = env.int("RETAIN_ALERTS_DAYS", default=90, validate=checks.not_negative)
RETAIN_PERMITS_DAYS = env.int("RETAIN_PERMITS_DAYS", default=90, validate=checks.not_negative)
RETAIN_WATCHLIST_DAYS = env.int("RETAIN_WATCHLIST_DAYS", default=30, validate=checks.not_negative)
RETAIN_SHIFTS_DAYS = env.int("RETAIN_SHIFTS_DAYS", default=90, validate=checks.not_negative)
RETAIN_INSTRUCTIONS_DAYS = env.int(
    "RETAIN_INSTRUCTIONS_DAYS", default=90, validate=checks.not_negative
)
RETAIN_DEVICES_DAYS = env.int("RETAIN_DEVICES_DAYS", default=90, validate=checks.not_negative)
RETAIN_PASSAGES_DAYS = env.int("RETAIN_PASSAGES_DAYS", default=90, validate=checks.not_negative)
RETAIN_STILLS_DAYS = env.int("RETAIN_STILLS_DAYS", default=7, validate=checks.not_negative)
RETAIN_MINUTES_DAYS = env.int("RETAIN_MINUTES_DAYS", default=8, validate=checks.not_negative)
RETAIN_TALLIES_DAYS = env.int("RETAIN_TALLIES_DAYS", default=730, validate=checks.not_negative)
RETAIN_WEBHOOKS_DAYS = env.int("RETAIN_WEBHOOKS_DAYS", default=30, validate=checks.not_negative)
RETAIN_LOGINS_DAYS = env.int("RETAIN_LOGINS_DAYS", default=30, validate=checks.not_negative)
RETAIN_TASKS_DAYS = env.int("RETAIN_TASKS_DAYS", default=7, validate=checks.not_negative)
RETAIN_IMPORTS_DAYS = env.int("RETAIN_IMPORTS_DAYS", default=30, validate=checks.not_negative)
RETAIN_LOOK_UPS_DAYS = env.int("RETAIN_LOOK_UPS_DAYS", default=730, validate=checks.a_year_or_ever)
RETAIN_ADMIN_LOG_DAYS = env.int("RETAIN_ADMIN_LOG_DAYS", default=365, validate=checks.not_negative)
