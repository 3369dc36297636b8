"""Django's settings. Everything an owner may change is an environment variable, documented in docs/settings.md."""

import os
import sys
from datetime import timedelta
from pathlib import Path

from hikeshi.site.databases import database
from hikeshi.site.places import data_folder, port, secret

ROOMS = Path(__file__).resolve().parents[1]

HIKESHI_DATA = data_folder()
SECRET_KEY = secret(HIKESHI_DATA, "django-secret")
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *os.environ.get("HIKESHI_HOSTS", "").split()]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in os.environ.get("HIKESHI_HOSTS", "").split()]
HIKESHI_PORT = port()
TESTING = "pytest" in sys.modules

DATABASES = {"default": database(HIKESHI_DATA, os.environ.get("HIKESHI_DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A room is a folder; a room that Django must know has templates, models or static files.
INSTALLED_APPS = [
    *(
        f"hikeshi.{room.name}"
        for room in sorted(ROOMS.iterdir())
        if room.name not in ("site", "engines") and (room / "__init__.py").is_file()
    ),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "hikeshi.desk.middleware.SecureCookiesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "hikeshi.desk.invisible.VisibleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hikeshi.desk.middleware.WorkspaceMiddleware",
    "hikeshi.desk.middleware.ProblemMiddleware",
    "axes.middleware.AxesMiddleware",
]

HIKESHI_RENEW = (
    "hikeshi.site.tables.renew"  # what a command calls before it asks tables that may be from before an update
)
ROOT_URLCONF = "hikeshi.site.urls"
WSGI_APPLICATION = "hikeshi.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hikeshi.site.context.house",
            ],
        },
    }
]

# Words: the Japanese text is the original, so Japanese needs no catalogue.
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS: list[Path] = []
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
LANGUAGE_COOKIE_NAME = "hikeshi_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

# Sign-in. 127.0.0.1 is never "signed in": behind a proxy every visitor comes from there.
AUTH_USER_MODEL = "desk.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "hikeshi.desk.allauth_adapter.ClosedAccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # http://localhost only; a browser offers passkeys nowhere else without https
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Wrong passwords are counted by axes: in the database, so that a restart forgets none (allauth_adapter.py). This limit
# is for the second step: a recovery code is eight digits, and whoever stole the password must not try them all.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/key"}
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)  # a frightened person mistypes; a guesser gets 32 tries an hour
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "desk/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "hikeshi_session"
CSRF_COOKIE_NAME = "hikeshi_csrf"
CSRF_FAILURE_VIEW = "hikeshi.desk.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

# Uploads stream to the disk; a log may be larger than the memory.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(HIKESHI_DATA / "incoming")
(HIKESHI_DATA / "incoming").mkdir(mode=0o700, exist_ok=True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_PERMISSIONS = 0o600

# What the web server logs holds no request bodies and no secrets; what breaks is told to the user in words.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "hikeshi.site.logbook.Formatter"}},
    "handlers": {
        "file": {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": str(HIKESHI_DATA / "logs" / "hikeshi.log"),
            "maxBytes": 2_000_000,
            "backupCount": 3,
            "delay": True,
            "encoding": "utf-8",
            "formatter": "line",
        }
    },
    "root": {"handlers": ["file"], "level": "WARNING"},
}
