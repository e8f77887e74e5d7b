"""The addresses of the desk."""

from django.urls import include, path

from permits.views.desk import application, queue, watchlist

urlpatterns = [
    path("", include("permits.imports.urls")),
    path("", queue.applications, name="desk"),
    path("search/", queue.search, name="desk_search"),
    path("batch/", queue.batch, name="desk_batch"),
    path("permits/<str:serial>/", application.application, name="desk_application"),
    path("permits/<str:serial>/act/", application.act, name="desk_act"),
    path("permits/<str:serial>/number/", application.show_number, name="desk_number"),
    path("documents/<int:document_id>/", application.document, name="desk_document"),
    path("watchlist/", watchlist.watchlist, name="desk_watchlist"),
    path("watchlist/search/", watchlist.search, name="desk_watchlist_search"),
    path("watchlist/add/", watchlist.add_entry, name="desk_watchlist_add"),
    path("watchlist/<int:entry_id>/", watchlist.entry, name="desk_watchlist_entry"),
    path("watchlist/<int:entry_id>/end/", watchlist.end_entry, name="desk_watchlist_end"),
]
