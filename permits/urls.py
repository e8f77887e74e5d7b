"""The citizen's pages."""

from django.urls import include, path

from permits.views import declaration, find, holder, home, kept_code, travel_code

urlpatterns = [
    path("desk/", include("permits.desk.urls")),
    path("", home.home, name="home"),
    path("find/", find.find, name="find"),
    path("declare/<int:number>/", declaration.declaration, name="declaration"),
    path("declare/<int:number>/<slug:step>/", declaration.declaration, name="declaration_step"),
    path("permits/<str:link>/", travel_code.travel_code, name="travel_code"),
    path("permits/<str:link>/code.svg", travel_code.travel_code_svg, name="travel_code_svg"),
    path("permits/<str:link>/code.png", travel_code.travel_code_png, name="travel_code_png"),
    path("permits/<str:link>/cancel/", holder.cancel, name="cancel"),
    path("permits/<str:link>/renew/", holder.renew, name="renew"),
    path("permits/<str:link>/correct/", holder.begin_correction, name="correction"),
    path("permits/<str:link>/correct/<slug:step>/", holder.correction, name="correction_step"),
    path("permits/<str:link>/code.pdf", travel_code.travel_code_pdf, name="travel_code_pdf"),
    path("my-code/", kept_code.my_code, name="my_code"),
    path("my-code/standing/", kept_code.standing, name="code_standing"),
    path("service-worker.js", kept_code.service_worker, name="service_worker"),
]
