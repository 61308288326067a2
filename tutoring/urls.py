"""Addresses of the tutoring room."""

from django.urls import include, path

from tutoring.views import following, recording, tutors

app_name = "tutoring"
urlpatterns = [
    path("contrats/nouveau/", recording.ChooseEnrolment.as_view(), name="choose_enrolment"),
    path("contrats/estimation/", recording.estimate, name="estimate"),
    path("inscriptions/<int:pk>/contrat/", recording.RecordContract.as_view(), name="record_contract"),
    path("inscriptions/<int:pk>/contrat/brouillon/", recording.keep_draft, name="keep_draft"),
    path("inscriptions/<int:pk>/contrat/brouillon/effacer/", recording.drop_draft, name="drop_draft"),
    path("contrats/<int:pk>/prevenir/", recording.tell_coordinator, name="tell_coordinator"),
    path("contrats/<int:pk>/tuteur/", tutors.ChangeTutor.as_view(), name="change_tutor"),
    path("tuteurs/", tutors.TutorList.as_view(), name="tutor_list"),
    path("tuteurs/nouveau/", tutors.AddTutor.as_view(), name="tutor_add"),
    path("tuteurs/<int:pk>/", tutors.TutorDetail.as_view(), name="tutor_detail"),
    path("tuteurs/<int:pk>/modifier/", tutors.ChangeTutorFacts.as_view(), name="tutor_change"),
    path("", include("tutoring.skill_urls")),
    path("", include("tutoring.meeting_urls")),
    path("", include("tutoring.load_urls")),
    path("", include("tutoring.sheet_urls")),
    path("mes-stagiaires/", following.my_trainees, name="my_trainees"),
    path("tutorats/<int:pk>/", following.TutorshipDetail.as_view(), name="tutorship_detail"),
    path("tutorats/<int:pk>/observation/", following.RecordObservation.as_view(), name="record_observation"),
]
