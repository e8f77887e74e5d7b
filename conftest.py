"""What every test runs with, said before any test module is loaded."""

from django.conf import settings

# A password costs a microsecond, and pages find their files without collectstatic.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.STORAGES["staticfiles"]["BACKEND"] = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise looks for it
