"""The pages of the people at the checkpoints, and the API."""

from django.urls import path

from scans import api, card_api, views

urlpatterns = [
    path("checkpoint/", views.checkpoint, name="checkpoint"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("card/", card_api.CardView.as_view(), name="card"),
    path("api/v1/checks/", api.CheckView.as_view(), name="checks"),
]
