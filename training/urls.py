from django.urls import path

from training import paid_urls, planning_urls, proof_urls, roll_urls, trainee_urls
from training.views import cohort, planning

app_name = "training"
urlpatterns = [
    # half-days and sessions
    path("socle/seances/", planning.HalfDayList.as_view(), name="session_list"),
    path("socle/seances/<int:pk>/", planning.SessionDetail.as_view(), name="session_detail"),
    path("socle/seances/<int:pk>/modifier/", planning.ChangeSession.as_view(), name="change_session"),
    path("socle/seances/<int:pk>/ajouter/", planning.AddHalfDay.as_view(), name="add_half_day"),
    path("socle/demi-journees/<int:pk>/deplacer/", planning.MoveHalfDay.as_view(), name="move_half_day"),
    path("socle/demi-journees/<int:pk>/annuler/", planning.CancelHalfDay.as_view(), name="cancel_half_day"),
    # the roll
    *roll_urls.urlpatterns,
    # proofs: anomalies, paper, absences
    *proof_urls.urlpatterns,
    # one cohort
    path("socle/cohortes/<int:pk>/programme/", cohort.programme, name="programme"),
    path("socle/cohortes/<int:pk>/modules/nouveau/", planning.AddModule.as_view(), name="add_module"),
    path("socle/cohortes/<int:pk>/seances/nouvelle/", planning.PlanSession.as_view(), name="plan_session"),
    path("socle/cohortes/<int:pk>/heures/", cohort.cohort_hours, name="cohort_hours"),
    # series, rosters, catching up
    *planning_urls.urlpatterns,
    # conventions, invoices, certificates, expenses
    *paid_urls.urlpatterns,
    # calendars and the trainee
    *trainee_urls.urlpatterns,
]
