from django.urls import path

from training import views

app_name = "training"
urlpatterns = [
    # half-days and sessions
    path("socle/seances/", views.HalfDayList.as_view(), name="session_list"),
    path("socle/seances/<int:pk>/", views.SessionDetail.as_view(), name="session_detail"),
    path("socle/seances/<int:pk>/modifier/", views.ChangeSession.as_view(), name="change_session"),
    path("socle/seances/<int:pk>/ajouter/", views.AddHalfDay.as_view(), name="add_half_day"),
    path("socle/demi-journees/<int:pk>/deplacer/", views.MoveHalfDay.as_view(), name="move_half_day"),
    path("socle/demi-journees/<int:pk>/annuler/", views.CancelHalfDay.as_view(), name="cancel_half_day"),
    # the roll
    path("socle/demi-journees/<int:pk>/appel/", views.roll, name="roll"),
    path("socle/demi-journees/<int:pk>/clore/", views.close_half_day, name="close_half_day"),
    path("socle/demi-journees/<int:pk>/signer/", views.countersign, name="countersign"),
    path("socle/demi-journees/<int:pk>/rouvrir/", views.ReopenHalfDay.as_view(), name="reopen_half_day"),
    path("socle/presences/", views.AttendanceList.as_view(), name="attendance_list"),
    # one cohort
    path("socle/cohortes/<int:pk>/programme/", views.programme, name="programme"),
    path("socle/cohortes/<int:pk>/modules/nouveau/", views.AddModule.as_view(), name="add_module"),
    path("socle/cohortes/<int:pk>/seances/nouvelle/", views.PlanSession.as_view(), name="plan_session"),
    path("socle/cohortes/<int:pk>/heures/", views.cohort_hours, name="cohort_hours"),
    # the trainee
    path("mon-emploi-du-temps/", views.my_schedule, name="my_schedule"),
]
