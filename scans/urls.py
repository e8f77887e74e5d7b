"""The pages of the people at the checkpoints, and the API."""

from django.urls import path

from scans import api, card_api, device_test_views, device_views, enrol_views, views

urlpatterns = [
    path("checkpoint/", views.checkpoint, name="checkpoint"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("card/", card_api.CardView.as_view(), name="card"),
    path("devices/", device_views.device_list, name="devices"),
    path("devices/enrol/<int:enrolment_id>/", device_views.enrolment, name="enrolment"),
    path(
        "devices/enrol/<int:enrolment_id>/code.svg",
        device_views.enrolment_symbol,
        name="enrolment_symbol",
    ),
    path(
        "devices/enrol/<int:enrolment_id>/state/",
        device_views.enrolment_state,
        name="enrolment_state",
    ),
    path("devices/<int:device_id>/cut-off/", device_views.cut_off, name="cut_off_device"),
    path("devices/reports/<int:report_id>/", device_test_views.device_report, name="device_report"),
    path("checkpoint/test/", device_test_views.device_test, name="device_test"),
    path("checkpoint/test/clock/", device_test_views.device_test_clock, name="device_test_clock"),
    path("enrol/", enrol_views.enrol, name="enrol"),
    path("enrol/picture/", enrol_views.EnrolPictureView.as_view(), name="enrol_picture"),
    path("enrol/<str:code>/", enrol_views.enrol_code, name="enrol_code"),
    path("api/v1/checks/", api.CheckView.as_view(), name="checks"),
]
