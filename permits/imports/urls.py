"""The addresses of imports, below the desk's."""

from django.urls import path

from permits.views.imports import one, result, upload

urlpatterns = [
    path("imports/", upload.imports, name="imports"),
    path("imports/new/", upload.staff, name="import_staff"),
    path(
        "imports/template/<str:subject>.<str:ending>", upload.template_file, name="import_template"
    ),
    path("imports/<int:import_id>/", one.one, name="import"),
    path("imports/<int:import_id>/progress/", one.progress, name="import_progress"),
    path("imports/<int:import_id>/decide/", one.decide, name="import_decide"),
    path("imports/<int:import_id>/result.<str:ending>", result.table, name="import_result"),
    path("imports/<int:import_id>/codes-<int:part>.zip", result.pictures, name="import_codes"),
    path("imports/<int:import_id>/cards-<int:part>.pdf", result.cards, name="import_cards"),
    path("watchlist/import/", upload.watchlist, name="import_watchlist"),
]
