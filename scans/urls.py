"""The pages of the people at the checkpoints, and the API."""

from django.urls import path

from scans import api, card_api
from scans.views import checkpoint, declaring, lock, passages, screen, stills

urlpatterns = [
    path("checkpoint/", checkpoint.checkpoint, name="checkpoint"),
    path("checkpoint/lock/", lock.lock, name="lock"),
    path("checkpoint/unlock/", lock.unlock, name="unlock"),
    path("checkpoint/pin/", lock.set_pin, name="set_pin"),
    path("checkpoint/hand-over/", lock.hand_over, name="hand_over"),
    path("checkpoint/stills/", stills.add, name="add_still"),
    path("checkpoint/card/", declaring.read_card, name="officers_card"),
    path("checkpoint/declare/", declaring.declare, name="officers_declaration"),
    path("screen/<str:token>/", screen.screen, name="screen"),
    path("dashboard/", checkpoint.dashboard, name="dashboard"),
    path("passages/", passages.passages, name="passages"),
    path("passages/<uuid:passage_id>/", passages.passage, name="passage"),
    path("stills/<uuid:still_id>/", stills.show, name="still"),
    path("card/", card_api.CardView.as_view(), name="card"),
    path("api/v1/checks/", api.CheckView.as_view(), name="checks"),
]
