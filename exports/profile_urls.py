"""Addresses of the profiles."""

from django.urls import path

from exports.views import profiles

urlpatterns = [
    path("profils/", profiles.ProfileList.as_view(), name="profile_list"),
    path("profils/<int:pk>/", profiles.ProfileDetail.as_view(), name="profile_detail"),
    path("profils/<int:pk>/modifier/", profiles.EditProfile.as_view(), name="profile_edit"),
    path("profils/<int:pk>/origine/", profiles.RestoreProfile.as_view(), name="profile_restore"),
]
