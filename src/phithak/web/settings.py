"""Django settings, built from :mod:`phithak.base.config`. Nothing is decided here that an operator may set."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from phithak.base import config as base_config
from phithak.base import keyfiles

CONFIG = base_config.load().config
ROOT = Path(__file__).parent


def _secret_key() -> str:
    path = CONFIG.config_dir / "instance.key"
    # commands that need no signing (config explain, keys init) run before the key exists
    return keyfiles.derive(keyfiles.read(path), "django").hex() if path.exists() else ""


def _database() -> dict[str, Any]:
    if not CONFIG.database_url:
        return {
            "ENGINE": "phithak.core.db.sqlite",
            "NAME": str(CONFIG.data_dir / "phithak.db"),
            # opening costs each page 7 ms: eight pragmas and the whole schema read anew
            "CONN_MAX_AGE": 60,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 10},
        }
    parts = urlsplit(CONFIG.database_url)
    options = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = sorted(
    {
        "localhost",
        "127.0.0.1",
        "[::1]",
        urlsplit(CONFIG.public_url).hostname or "localhost",
        *CONFIG.allowed_hosts,
    }
)
ROOT_URLCONF = "phithak.web.urls"
WSGI_APPLICATION = "phithak.web.wsgi.application"
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "phithak.core.db",
    "phithak.core.i18n",
    "phithak.core.contrib",
    "phithak.core.signals",
    "phithak.core.accounts",
    "phithak.core.journal",
    "phithak.core.privacy",
    "phithak.core.files",
    "phithak.core.clocks",
    "phithak.core.jobs",
    "phithak.core.outbox",
    "phithak.core.links",
    "phithak.core.schedule",
    "phithak.core.search",
    "phithak.core.pdf",
    "phithak.core.ui",
    "phithak.registry",
    "phithak.notices",
    "phithak.cases",
    "phithak.monitoring",
    "phithak.detection",
]

MIDDLEWARE = [
    "phithak.core.accounts.middleware.TrustedProxyMiddleware",
    "phithak.web.middleware.SecurityHeaders",
    "phithak.web.middleware.StaticFiles",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "phithak.core.i18n.language.LanguageMiddleware",
    "phithak.web.middleware.BusyPages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "phithak.core.accounts.middleware.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "phithak.core.accounts.backends.LoginBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "phithak.core.accounts.passwords.LengthValidator"},
    {"NAME": "phithak.core.accounts.passwords.CommonValidator"},
    {"NAME": "phithak.core.accounts.passwords.SimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# django-allauth: login by address, nobody signs up, no mail of its own
ACCOUNT_ADAPTER = "phithak.core.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # the session ends by its age, not when the browser happens to close
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_FORMS = {"login": "phithak.core.accounts.forms.LoginForm"}
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",  # many people sit behind one hospital's address; axes counts each account
    # only second factors and reauthentication are counted here, across all addresses
    "login_failed": f"{2 * CONFIG.login_failures}/{CONFIG.login_rest_minutes}m/key",
}
SOCIALACCOUNT_ADAPTER = "phithak.core.accounts.adapters.SocialAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # bound to the user with that address, if the provider verified it
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": CONFIG.oidc_name or "OIDC",
                "client_id": CONFIG.oidc_client_id,
                "secret": CONFIG.oidc_client_secret,
                "settings": {"server_url": CONFIG.oidc_url},
            }
        ]
        if CONFIG.oidc_url
        else [],
    }
}
MFA_ADAPTER = "phithak.core.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "phithak.core.accounts.lockout.CountedCodeForm",
    "add_webauthn": "phithak.core.accounts.passkey_forms.AddPasskeyForm",
    "edit_webauthn": "phithak.core.accounts.passkey_forms.RenamePasskeyForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not CONFIG.public_url.startswith("https://")

# django-axes: an account rests for the address that failed too often; the failures lie in the database
AXES_FAILURE_LIMIT = CONFIG.login_failures
AXES_COOLOFF_TIME = timedelta(minutes=CONFIG.login_rest_minutes)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the journal has it
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "phithak.core.accounts.lockout.username"
AXES_CLIENT_IP_CALLABLE = "phithak.core.accounts.lockout.client_address"
AXES_LOCKOUT_CALLABLE = "phithak.core.accounts.lockout.response"
AXES_SENSITIVE_PARAMETERS = ["login", "email", "password", "code", "credential", "csrfmiddlewaretoken"]
# axes writes the typed address to the log at each failure, and people type passwords there; the journal has the rest
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"axes": {"level": "ERROR"}},
}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # our pages of logging in stand before those that django-allauth brings
        "DIRS": [ROOT / "templates", ROOT.parent / "core" / "ui" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "phithak.core.ui.context.site",
            ],
        },
    }
]

LANGUAGE_CODE = CONFIG.language
LANGUAGES = [("th", "ไทย"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Bangkok"

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "phithak.web.versioned.VersionedStorage"},
}

SESSION_COOKIE_AGE = CONFIG.session_hours * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.public_url.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "phithak.core.ui.error_pages.csrf_failure"
X_FRAME_OPTIONS = "DENY"
# sealed while they arrive: no upload ever lies on a disk in the clear
FILE_UPLOAD_HANDLERS = ["phithak.core.files.uploads.SealedUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
