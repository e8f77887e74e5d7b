"""The pages of the people at the checkpoints, and the API."""

from django.urls import path

from scans import api, card_api
from scans.views import (
    charts,
    checkpoint,
    declaring,
    device_test,
    devices,
    enrolling,
    lock,
    passages,
    screen,
    stills,
)

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
    path("charts/", charts.charts, name="charts"),
    path("passages/", passages.passages, name="passages"),
    path("passages/<uuid:passage_id>/", passages.passage, name="passage"),
    path("stills/<uuid:still_id>/", stills.show, name="still"),
    path("card/", card_api.CardView.as_view(), name="card"),
    path("devices/", devices.device_list, name="devices"),
    path("devices/enrol/<int:enrolment_id>/", devices.enrolment, name="enrolment"),
    path(
        "devices/enrol/<int:enrolment_id>/code.svg",
        devices.enrolment_symbol,
        name="enrolment_symbol",
    ),
    path(
        "devices/enrol/<int:enrolment_id>/state/",
        devices.enrolment_state,
        name="enrolment_state",
    ),
    path("devices/<int:device_id>/cut-off/", devices.cut_off, name="cut_off_device"),
    path("devices/reports/<int:report_id>/", device_test.device_report, name="device_report"),
    path("checkpoint/test/", device_test.device_test, name="device_test"),
    path("checkpoint/test/clock/", device_test.device_test_clock, name="device_test_clock"),
    path("enrol/", enrolling.enrol, name="enrol"),
    path("enrol/picture/", enrolling.EnrolPictureView.as_view(), name="enrol_picture"),
    path("enrol/<str:code>/", enrolling.enrol_code, name="enrol_code"),
    path("api/v1/checks/", api.CheckView.as_view(), name="checks"),
]
