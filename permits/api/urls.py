"""The addresses of the API that permits owns."""

from django.urls import path

from permits.api import codes, imports, permits, watchlist

urlpatterns = [
    path("permits/", permits.PermitsView.as_view(), name="api_permits"),
    path("permits/search/", permits.PermitSearchView.as_view(), name="api_permit_search"),
    path("permits/<str:serial>/", permits.PermitView.as_view(), name="api_permit"),
    path("permits/<str:serial>/revoke/", permits.RevokeView.as_view(), name="api_revoke"),
    path("watchlist/", watchlist.WatchlistView.as_view(), name="api_watchlist"),
    path("watchlist/<int:entry_id>/", watchlist.EntryView.as_view(), name="api_entry"),
    path("watchlist/<int:entry_id>/end/", watchlist.EndEntryView.as_view(), name="api_end_entry"),
    path("imports/", imports.ImportsView.as_view(), name="api_imports"),
    path("imports/<int:import_id>/", imports.ImportView.as_view(), name="api_import"),
    path("imports/<int:import_id>/take/", imports.TakeImportView.as_view(), name="api_take"),
    path(
        "imports/<int:import_id>/discard/", imports.DiscardImportView.as_view(), name="api_discard"
    ),
    path("verify/", codes.VerifyView.as_view(), name="api_verify"),
]
