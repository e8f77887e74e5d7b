"""The citizen's pages."""

from django.urls import path

from permits.views import declaration, travel_code

urlpatterns = [
    path("", declaration.declaration, name="home"),
    path("permits/<str:link>/", travel_code.travel_code, name="travel_code"),
    path("permits/<str:link>/code.svg", travel_code.travel_code_svg, name="travel_code_svg"),
    path("permits/<str:link>/code.png", travel_code.travel_code_png, name="travel_code_png"),
    path("permits/<str:link>/code.pdf", travel_code.travel_code_pdf, name="travel_code_pdf"),
]
