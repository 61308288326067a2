"""Account, members, invitations, journal, long jobs and the public pages of the house."""

from django.urls import path

from accounts import member_views, public, views

app_name = "accounts"
urlpatterns = [
    path("compte/", views.account, name="account"),
    path("compte/nom/", views.ChangeIdentity.as_view(), name="identity"),
    path("compte/role/", views.switch, name="switch"),
    path("compte/prolonger/", views.prolong, name="prolong"),
    path("membres/", member_views.members, name="members"),
    path("membres/inviter/", views.Invite.as_view(), name="invite"),
    path("membres/confirmer/", member_views.confirm_list, name="confirm_members"),
    path("membres/<int:pk>/retirer/", views.deactivate, name="deactivate"),
    path("membres/<int:pk>/retablir/", views.reactivate, name="reactivate"),
    path("membres/<int:pk>/second-facteur/", member_views.ResetFactor.as_view(), name="reset_factor"),
    path("membres/invitations/<int:pk>/retirer/", views.revoke, name="revoke"),
    path("journal/", views.AccessLogList.as_view(), name="access_log"),
    path("invitation/", views.answer_invitation, name="answer_invitation"),
    path("invitation/nouveau-lien/", views.renew_invitation, name="renew_invitation"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("travaux/", views.JobList.as_view(), name="jobs"),
    path("travaux/<uuid:public_id>/", views.job, name="job"),
    path("travaux/<uuid:public_id>/etat/", views.job_state, name="job_state"),
    path("travaux/<uuid:public_id>/relancer/", views.retry, name="retry"),
    path("accessibilite/", public.public_page, {"template": "accounts/accessibility.html"}, name="accessibility"),
    path("donnees-personnelles/", public.public_page, {"template": "accounts/privacy.html"}, name="privacy"),
    path("mentions-legales/", public.legal_notice, name="legal"),
]
