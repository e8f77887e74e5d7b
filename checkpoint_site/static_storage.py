"""Static files with hashed names, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModulesStorage(CompressedManifestStaticFilesStorage):
    """Also rewrites the imports of ES modules. It finds those on lines that end in a semicolon."""

    support_js_module_import_aggregation = True
